import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import type { Context } from './cli.js'
import { CliError } from './cli-error.js'
import { EXIT } from './exit-codes.js'

/** Core's heartbeats come every 15 s. */
export const SILENCE_MS = 45_000
const RECONNECT_MS = 1_000

/**
 * Follows again whenever core goes away; ends when core refuses, or nobody wants more.
 *
 * @param follow reads one stream to its end and calls `hear` with each message of it
 */
export async function keepFollowing(
  { core, io, options }: Context,
  follow: (hear: () => void) => Promise<void>,
): Promise<undefined> {
  let isNew = true
  const hear = () => {
    if (isNew && !options.json && !options.quiet) io.stderr.write('Watching.\n')
    isNew = false
  }
  for (;;) {
    try {
      await follow(hear)
    } catch (err) {
      const isAway = err instanceof CliError && err.exitCode === EXIT.unreachable
      // Somebody who has never heard from core should know at once.
      if (!isAway || isNew) throw err
      if (!options.quiet) io.stderr.write(`Lost core at ${core.address.url}; trying again.\n`)
    }
    await delay(RECONNECT_MS, undefined, { signal: io.signal })
  }
}

/** Waits for whoever reads what is printed. */
export async function print({ stdout, signal }: Context['io'], line: string): Promise<void> {
  if (!stdout.write(line)) await once(stdout, 'drain', { signal })
}
