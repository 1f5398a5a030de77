import { createLogger } from '@defguard/runtime/logger'
import type { Service } from '@defguard/runtime/run'
import { TlsWatch } from '@defguard/runtime/tls-watch'
import { componentVersion, OWN_VERSION } from '@defguard/runtime/version'
import type { ProxyConfig } from './config.js'
import { CoreChannel } from './core-channel.js'
import { CoreClient } from './core-client.js'
import { CoreHealth } from './core-health.js'
import { createApp } from './http/app.js'
import { ClientAddresses } from './http/client-address.js'
import { ResponseHeaders } from './http/headers.js'
import { Limits } from './http/limits.js'
import { RefusedAccess } from './http/refused-access.js'
import { HttpServer, WIRE_LIMITS } from './http/server.js'
import { readStaticFiles } from './http/static-files.js'

/** The seam of tests; everything else runs as in production. */
export interface Seams {
  /** Milliseconds that only ever grow. */
  readonly elapsedMs?: () => number
}

export interface Proxy extends Service {
  /** Where it listens; known once it has started. */
  readonly port: number
}

/** The public service: holds no state that matters, asks core everything. */
export function createProxy(config: ProxyConfig, seams: Seams = {}): Proxy {
  const log = createLogger('enrollment-proxy', config.logLevel)
  const isHttps = config.publicUrl.startsWith('https:')
  const tls = config.core.tls && new TlsWatch(config.core.tls, () => new Date(), log)
  const channel = new CoreChannel(config.core.address, tls, config.coreCallsMax)
  const core = new CoreClient(channel)
  const health = new CoreHealth(channel, core, log)
  const headers = new ResponseHeaders(health, {
    version: componentVersion(OWN_VERSION),
    isHttps,
  })
  const addresses = new ClientAddresses(config.trustedProxies, log)
  const elapsedMs = seams.elapsedMs ?? (() => performance.now())
  const app = createApp({
    core,
    health,
    log,
    addresses,
    limits: new Limits(config.rateLimit, elapsedMs),
    refusals: new RefusedAccess(log, elapsedMs),
    files: readStaticFiles(config.webRoot),
    version: componentVersion(OWN_VERSION),
    isHttps,
  })
  const server = new HttpServer(app, headers, (socket) => addresses.peerOf(socket), {
    ...WIRE_LIMITS,
    connections: config.connections,
  })
  let port = config.http.port

  return {
    log,
    get port() {
      return port
    },
    async start() {
      if (tls) tls.start()
      else log.warn('DEFGUARD_GRPC_INSECURE=loopback: there is no TLS on the way to core')
      await health.start()
      port = await server.listen(config.http)
      log.info(
        {
          address: `${config.http.bindAddress}:${port}`,
          core: config.core.address,
          isCoreConnected: health.isConnected,
        },
        'proxy is ready',
      )
    },
    async stop() {
      await server.stop()
      health.stop()
      tls?.stop()
      channel.close()
    },
  }
}
