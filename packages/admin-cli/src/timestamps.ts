/** Unix seconds as RFC 3339 in UTC, for programs. */
export function toRfc3339(unixSeconds: number): string {
  return new Date(unixSeconds * 1000).toISOString().replace('.000Z', 'Z')
}

const LOCAL = new Intl.DateTimeFormat('en-GB', {
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  timeZoneName: 'short',
})

/** Unix seconds in the time zone of the machine, `2026-01-31 14:05 CET`, for people. */
export function toLocalTime(unixSeconds: number): string {
  const parts = LOCAL.formatToParts(new Date(unixSeconds * 1000))
  const part = (type: string) => parts.find((candidate) => candidate.type === type)?.value
  const date = `${part('year')}-${part('month')}-${part('day')}`
  return `${date} ${part('hour')}:${part('minute')} ${part('timeZoneName')}`
}
