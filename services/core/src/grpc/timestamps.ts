/** Times on the wire are whole seconds since 1970. */
export function toUnixSeconds(instant: Date): number {
  return Math.floor(instant.getTime() / 1000)
}
