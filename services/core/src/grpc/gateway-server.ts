import { GatewayServiceService, StatsUpdate } from '@defguard/proto/gateway'
import { Server as GrpcServer, type ServerOptions } from '@grpc/grpc-js'
import type { AdminGate } from '../app/admin-gate.js'
import { type GatewayUseCases, gatewayHandlers } from './gateway-handlers.js'
import { type CallOptions, Calls } from './unary.js'

/**
 * What one gateway can hold of its listener. It is silent for hours and pings every ten seconds, so
 * no connection is closed for being idle or old; one that has vanished is noticed within half a minute.
 */
const OPTIONS: ServerOptions = {
  'grpc.max_receive_message_length': 64 * 1024,
  'grpc.max_concurrent_streams': 100,
  'grpc.keepalive_time_ms': 10_000,
  'grpc.keepalive_timeout_ms': 20_000,
}

const asItIs = (bytes: Buffer): Buffer => bytes

/** The service as it is spoken here: what goes out has been encoded. */
const SERVICE = {
  config: { ...GatewayServiceService.config, responseSerialize: asItIs },
  updates: { ...GatewayServiceService.updates, responseSerialize: asItIs },
  stats: {
    ...GatewayServiceService.stats,
    /** A report that nobody can read says nothing; the library would end the stream for it. */
    requestDeserialize: (bytes: Buffer): StatsUpdate => {
      try {
        return StatsUpdate.decode(bytes)
      } catch {
        return StatsUpdate.decode(new Uint8Array())
      }
    },
  },
}

/** The service of Defguard's own gateways, not listening yet. */
export function createGatewayServer(
  app: GatewayUseCases,
  options: CallOptions,
  adminGate: AdminGate,
): GrpcServer {
  const server = new GrpcServer(OPTIONS)
  server.addService(SERVICE, gatewayHandlers(new Calls(options, adminGate), app))
  return server
}
