/** Times on the wire are whole seconds since 1970. */
export function toUnixSeconds(instant: Date): number {
  return Math.floor(instant.getTime() / 1000)
}

/** The last second that a date of ours can be. */
const LATEST_S = 253_402_300_799

/** Undefined for 0, which says "none". */
export function fromUnixSeconds(seconds: number): Date | undefined {
  return seconds === 0 ? undefined : new Date(Math.max(0, Math.min(seconds, LATEST_S)) * 1000)
}
