import { setTimeout as delay } from 'node:timers/promises'

const POLL_MS = 50

/** Resolves with the first result that is neither undefined nor false. @throws what it waited for */
export async function waitFor<T>(
  what: string,
  look: () => T | Promise<T>,
  timeoutMs = 20_000,
): Promise<Exclude<T, undefined | false>> {
  for (const end = Date.now() + timeoutMs; ; await delay(POLL_MS)) {
    const found = await look()
    if (found !== undefined && found !== false) return found as Exclude<T, undefined | false>
    if (Date.now() >= end) throw new Error(`Waited ${timeoutMs / 1000} s in vain: ${what}`)
  }
}
