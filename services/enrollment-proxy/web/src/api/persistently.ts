import { Unreachable } from './request.js'

const PAUSES_MS = [500, 1_000, 2_000, 3_000]
const PAUSE_MAX_MS = 5_000
/** Hiccups that a person need not hear of. */
const QUIET_FAILURES = 2

export interface Pause {
  readonly ms: number
  /** Whether it is time to tell the person why nothing happens. */
  readonly isWorthTelling: boolean
}

/**
 * Repeats a call until somebody answers it. All calls of the wizard are safe to repeat, so a lost
 * answer costs nothing but time. `wait` resolves to false to give up, for example at the deadline.
 */
export async function persistently<T>(
  call: () => Promise<T>,
  wait: (pause: Pause) => Promise<boolean>,
): Promise<T> {
  for (let failures = 0; ; failures++) {
    try {
      return await call()
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error
      const isWorthTelling = error.isFromProxy || failures >= QUIET_FAILURES
      const mayGoOn = await wait({ ms: PAUSES_MS[failures] ?? PAUSE_MAX_MS, isWorthTelling })
      if (!mayGoOn) throw error
    }
  }
}
