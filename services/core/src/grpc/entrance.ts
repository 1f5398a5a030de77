import { BoundedLog } from '@defguard/runtime/bounded-log'
import type { Logger } from '@defguard/runtime/logger'
import type { TlsFiles } from '@defguard/runtime/tls-files'
import { TlsWatch } from '@defguard/runtime/tls-watch'
import type { Server as GrpcServer } from '@grpc/grpc-js'
import type { Clock } from '../domain/clock.js'
import { Peers } from './peers.js'
import { type AdminCertificate, RoleGate } from './role-gate.js'
import { listenPlain } from './server.js'
import { TlsListener } from './tls-listener.js'

export interface EntranceConfig {
  readonly bindAddress: string
  readonly port: number
  /** Undefined: plaintext, on a loopback address. */
  readonly tls: TlsFiles | undefined
  readonly adminCertificate: AdminCertificate
}

export interface ListenAddress {
  readonly host: string
  readonly port: number
}

/** The one way in: mutual TLS, or plaintext for the programs of this machine. */
export interface Entrance {
  /** What looks at the certificate of each call; undefined without TLS. */
  readonly roleGate: RoleGate | undefined
  /** Answers with the port. */
  listen(server: GrpcServer): Promise<number>
  /** The same for gateways, which have no certificates: core shows its own, and they a token. */
  listenForGateways(server: GrpcServer, address: ListenAddress): Promise<number>
  /** Lets nobody else in. */
  close(): void
}

/** @throws Error with a sentence that names the variable */
export function createEntrance(config: EntranceConfig, clock: Clock, log: Logger): Entrance {
  const address = { host: config.bindAddress, port: config.port }
  if (!config.tls) {
    return {
      roleGate: undefined,
      listen: (server) => {
        log.warn(
          'DEFGUARD_GRPC_INSECURE=loopback: without TLS every program of this machine may call all that core offers, and read along',
        )
        return listenPlain(server, address)
      },
      listenForGateways: listenPlain,
      close: () => {},
    }
  }
  const { adminCertificate } = config
  const watch = new TlsWatch(config.tls, clock, log)
  // Two, so that strangers cannot hide what somebody with a certificate tries.
  const refusedConnections = new BoundedLog(log, clock, 'connection refused for its certificate')
  const refusedCalls = new BoundedLog(log, clock, 'client certificate refused')
  const peers = new Peers()
  const listeners: TlsListener[] = []
  watch.onChange = (material) => {
    for (const listener of listeners) listener.use(material)
  }
  const listen = (
    server: GrpcServer,
    at: ListenAddress,
    clientCertificate: AdminCertificate | 'none',
  ) => {
    const opened = new TlsListener(
      server,
      watch.material,
      clientCertificate,
      peers,
      refusedConnections,
    )
    listeners.push(opened)
    return opened.listen(at)
  }
  return {
    roleGate: new RoleGate(watch, peers, adminCertificate, clock, refusedCalls),
    listen: (server) => {
      watch.start()
      return listen(server, address, adminCertificate)
    },
    listenForGateways: (server, at) => listen(server, at, 'none'),
    close: () => {
      watch.stop()
      for (const listener of listeners) listener.close()
    },
  }
}
