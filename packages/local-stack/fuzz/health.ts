import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { CoreApi } from '@defguard/local-stack/core-api'
import type { Findings } from './findings.ts'
import type { System } from './system.ts'

const EVERY_MS = 200
/** With room for a busy machine; how long the fuzzer itself was held up does not count. */
const STALLED_MS = 4_000
const PATIENCE_MS = 20_000
const NS_PER_MS = 1e6

/** Asks both services all the time whether they are there; whoever answers late was stalled. */
export function watchHealth(
  { proxyPort, corePort }: Pick<System, 'proxyPort' | 'corePort'>,
  findings: Findings,
): { stop(): Promise<number> } {
  const own = monitorEventLoopDelay({ resolution: 20 })
  own.enable()
  const core = new CoreApi(corePort)
  let isOver = false
  let worstMs = 0
  const watch = async (name: string, isThere: () => Promise<boolean>) => {
    while (!isOver) {
      own.reset()
      const startedAt = performance.now()
      const answer = await isThere().catch(() => false)
      const ms = performance.now() - startedAt - own.max / NS_PER_MS
      worstMs = Math.max(worstMs, ms)
      if (isOver) return
      if (!answer) findings.add('does not say that it is alive', name)
      else if (ms > STALLED_MS) findings.add(`was stalled for more than ${STALLED_MS} ms`, name)
      await delay(EVERY_MS)
    }
  }
  const health = `http://127.0.0.1:${proxyPort}/api/v1/health`
  const watching = [
    watch('proxy', async () => (await fetch(health)).ok),
    watch('core', () => core.isServing(PATIENCE_MS)),
  ]
  return {
    async stop() {
      isOver = true
      await Promise.all(watching)
      own.disable()
      core.close()
      return Math.round(worstMs)
    },
  }
}
