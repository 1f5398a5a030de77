import { hostname } from 'node:os'
import { Env } from '@defguard/runtime/env'
import { createLogger } from '@defguard/runtime/logger'
import { run } from '@defguard/runtime/run'
import { credentials } from '@grpc/grpc-js'
import { NetworkNamespace } from './network-namespace.js'
import { ReferenceGateway } from './reference-gateway.js'
import { WireGuardGo } from './wireguard-go.js'

// Told what Defguard's own gateway is told, by the same names.
await run(() => {
  const env = new Env(process.env)
  const log = createLogger('gateway', 'info')
  const url = new URL(env.required('DEFGUARD_GRPC_URL'))
  const name = env.string('DEFGUARD_GATEWAY_NAME')
  const token = env.secret('DEFGUARD_TOKEN')
  if (token === undefined) throw new Error('DEFGUARD_TOKEN must be set.')
  const options = {
    target: url.host,
    credentials: url.protocol === 'https:' ? readCredentials(env) : credentials.createInsecure(),
    token,
    hostname: hostname(),
    statsMs: 1_000 * env.integer('DEFGUARD_STATS_PERIOD', 30, { min: 1, max: 3_600 }),
    ...(name === undefined ? {} : { name }),
  }
  const undo: (() => Promise<void>)[] = []
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step()
  }
  return {
    log,
    async start() {
      const namespace = await NetworkNamespace.make('gateway')
      undo.push(() => namespace.remove())
      const wireGuard = await WireGuardGo.open({ namespace, socket: 'on this machine' })
      undo.push(() => wireGuard.close())
      const gateway = new ReferenceGateway(options, wireGuard, (message, fields) =>
        log.info(fields ?? {}, message),
      )
      undo.push(() => gateway.stop())
      gateway.start()
      const ended = Promise.race([gateway.ended(), wireGuard.ended()])
      void ended.then(async (how) => {
        if (undo.length === 0) return // we have ended it
        log.fatal(`The gateway ${how}.`)
        await stop()
        process.exit(1)
      })
    },
    stop,
  }
})

/** By the CA of the operator, or by those that the system trusts. */
function readCredentials(env: Env) {
  const isNamed = env.string('DEFGUARD_GRPC_CA') !== undefined
  return credentials.createSsl(isNamed ? env.file('DEFGUARD_GRPC_CA') : null)
}
