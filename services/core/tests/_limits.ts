import type { ServiceError } from '@grpc/grpc-js'
import { createCore } from '../src/core.js'
import {
  DEFAULT_LIMITS,
  LIMIT_NAMES,
  type LimitName,
  type Limits,
  LOGIN_LOCK_MS,
  STARTS_PER_TOKEN,
  STARTS_UNLIMITED,
} from '../src/domain/limits.js'
import { newSecret, type SecretKind } from '../src/domain/secret.js'
import { connect, refusalOf } from './_clients.js'
import type { TestCore } from './_core.js'

/** As shipped. */
export const LIMITS: Limits = {
  ...DEFAULT_LIMITS,
  startsPerToken: STARTS_PER_TOKEN,
  loginLockMs: LOGIN_LOCK_MS,
}

/** For tests of everything else, which do in one moment what takes people hours. */
export const NO_LIMITS: Limits = {
  ...(Object.fromEntries(LIMIT_NAMES.map((name) => [name, []])) as unknown as Record<
    LimitName,
    []
  >),
  startsPerToken: STARTS_UNLIMITED,
  loginLockMs: LOGIN_LOCK_MS,
}

/** What the proxy says where its client is. */
export const from = (address: string) => ({ 'x-client-address': address })

/** A well-formed secret that nobody was given. */
export const unknown = (kind: SecretKind) => newSecret(kind).secret

/** How a call ends: `ok`, its reason, or `wait` with the seconds that it names. */
export async function outcomeOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'ok',
    (err: ServiceError) => {
      const { code, message, reason } = refusalOf(err)
      if (reason !== 'rate_limited') return reason ?? `bare ${code}`
      const [seconds] = err.metadata.get('retry-after')
      return code === 8 && message === 'too many requests' ? `wait ${seconds}` : `odd ${message}`
    },
  )
}

/** How calls that follow each other end, each with how many did in a row: `20 token_unknown, 1 wait 60`. */
export async function outcomes(count: number, call: (i: number) => Promise<unknown>) {
  const seen: string[] = []
  for (let i = 0; i < count; i++) seen.push(await outcomeOf(call(i)))
  return summary(seen)
}

/** The same of calls that run all at once, in no order. */
export async function outcomesAtOnce(count: number, call: (i: number) => Promise<unknown>) {
  const calls = Array.from({ length: count }, (_, i) => outcomeOf(call(i)))
  return summary((await Promise.all(calls)).sort())
}

function summary(seen: readonly string[]): string {
  const runs: { what: string; count: number }[] = []
  for (const what of seen) {
    const last = runs.at(-1)
    if (last?.what === what) last.count++
    else runs.push({ what, count: 1 })
  }
  return runs.map(({ what, count }) => `${count} ${what}`).join(', ')
}

/** Another core on the same database, with the same clock. */
export async function startReplica(core: TestCore) {
  const replica = createCore(core.config, core.seams)
  await replica.start()
  const clients = connect(replica.port, () => core.bearer)
  return {
    port: replica.port,
    clients,
    async stop() {
      clients.close()
      await replica.stop()
    },
  }
}
