/** How many seconds of core go by in one of the machine. */
const SPEED = 10

/** The time of core in a run that began at this instant of the machine. */
export function fastClock(beganAt: number): () => Date {
  return () => new Date(beganAt + (Date.now() - beganAt) * SPEED)
}
