/** The one source of the time; tests move it. */
export type Clock = () => Date

export function after(instant: Date, ms: number): Date {
  return new Date(instant.getTime() + ms)
}

/** Cut to whole seconds: clients are told a deadline in seconds, and it must be the same instant. */
export function toWholeSeconds(instant: Date): Date {
  return new Date(Math.floor(instant.getTime() / 1000) * 1000)
}
