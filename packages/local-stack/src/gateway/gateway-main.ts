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
    credentials:
      url.protocol === 'https:'
        ? credentials.createSsl(env.file('DEFGUARD_GRPC_CA'))
        : credentials.createInsecure(),
    token,
    hostname: hostname(),
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
