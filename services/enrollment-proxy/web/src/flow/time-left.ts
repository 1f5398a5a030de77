/** Whole seconds until `endsAt`, never negative. Both in milliseconds of the same clock. */
export function secondsLeft(endsAt: number, now: number): number {
  return Math.max(0, Math.ceil((endsAt - now) / 1000))
}

const WARNINGS_S = [30, 120]

/** The narrowest limit the time has come below (30 s, 2 min), undefined while there is plenty. */
export function warningAt(seconds: number): number | undefined {
  return WARNINGS_S.find((limit) => seconds <= limit)
}

/**
 * How far the server's clock is ahead of this one, in milliseconds: the `Date` header has whole
 * seconds, so half a second is added, and was written about half-way between request and answer.
 */
export function clockSkewMs(dateHeader: string | null, sentAt: number, receivedAt: number): number {
  const serverNow = dateHeader ? Date.parse(dateHeader) + 500 : Number.NaN
  return Number.isNaN(serverNow) ? 0 : serverNow - (sentAt + receivedAt) / 2
}
