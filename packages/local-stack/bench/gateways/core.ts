// Core in a process of its own, which says where it listens and what it costs.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { readConfig } from '@defguard/core/config'
import { createCore } from '@defguard/core/core'
import { Env } from '@defguard/runtime/env'

export interface Ports {
  readonly port: number
  readonly gatewayPort: number
}

/** Since the last time that somebody asked. */
export interface Cost {
  readonly cpuMs: number
  readonly longestStallMs: number
}

const core = createCore(readConfig(new Env(process.env)))
await core.start()
const delays = monitorEventLoopDelay({ resolution: 1 })
delays.enable()
let usage = process.cpuUsage()

process.on('message', () => {
  const { user, system } = process.cpuUsage(usage)
  const cost: Cost = { cpuMs: (user + system) / 1_000, longestStallMs: delays.max / 1e6 }
  usage = process.cpuUsage()
  delays.reset()
  process.send?.(cost)
})
process.send?.({ port: core.port, gatewayPort: core.gatewayPort } satisfies Ports)
