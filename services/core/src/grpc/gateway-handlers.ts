import type {
  ConfigurationRequest,
  GatewayServiceServer,
  PeerStats,
  StatsUpdate,
} from '@defguard/proto/gateway'
import type { handleServerStreamingCall, handleUnaryCall, Metadata } from '@grpc/grpc-js'
import type { GatewayConfigs } from '../app/gateway-configs.js'
import type { GatewayFeeds } from '../app/gateway-feeds.js'
import type { GatewayCall, GatewayGate } from '../app/gateway-gate.js'
import type { GatewayStats } from '../app/gateway-stats.js'
import { type PeerReport, parseHandshake, parsePeerEndpoint } from '../domain/gateway.js'
import type { GatewayUpdate } from '../domain/gateway-updates.js'
import { encodeConfiguration, encodeUpdate } from './gateway-wire.js'
import { peerOf } from './metadata.js'
import type { Calls } from './unary.js'

export interface GatewayUseCases {
  readonly gate: GatewayGate
  readonly configs: GatewayConfigs
  readonly feeds: GatewayFeeds
  readonly stats: GatewayStats
}

const NAME_MAX = 255

/** What goes out is encoded already. */
type GatewayHandlers = Pick<GatewayServiceServer, 'stats'> & {
  config: handleUnaryCall<ConfigurationRequest, Buffer>
  updates: handleServerStreamingCall<object, Buffer>
}

/** What Defguard's own gateways call. */
export function gatewayHandlers(
  calls: Calls,
  { gate, configs, feeds, stats }: GatewayUseCases,
): GatewayHandlers {
  return {
    config: calls.answer(async (call) => {
      const gateway = await gate.admit(toGatewayCall(call))
      return encodeConfiguration(await configs.handOut(gateway, readable(call.request.name)))
    }),

    updates: (call) =>
      calls.stream(call, async (signal, fail) => {
        const gateway = await gate.admit(toGatewayCall(call))
        return encoded(feeds.follow(gateway, signal, fail))
      }),

    stats: calls.collect(async (call) => {
      const gateway = await gate.admit(toGatewayCall(call))
      const reports = parsed(call.iterator({ destroyOnReturn: false }))
      await stats.collect(gateway, reports, (err) => call.destroy(err))
      return {}
    }),
  }
}

async function* encoded(updates: AsyncIterable<GatewayUpdate>) {
  for await (const update of updates) yield encodeUpdate(update)
}

/** A name as it can be stored and shown. */
function readable(name: string | undefined): string | undefined {
  return name?.replace(/\p{Cc}/gu, '').slice(0, NAME_MAX) || undefined
}

/** What each message says, if it says anything. */
async function* parsed(updates: AsyncIterable<StatsUpdate>) {
  for await (const { peer_stats } of updates)
    if (peer_stats) yield (now: Date) => toReport(peer_stats, now)
}

function toReport(stats: PeerStats, now: Date): PeerReport | undefined {
  // PostgreSQL takes no U+0000, and one odd text must not cost the others.
  if (!/^[A-Za-z0-9+/]{43}=$/.test(stats.public_key)) return undefined
  return {
    publicKey: stats.public_key,
    endpoint: parsePeerEndpoint(stats.endpoint),
    sentBytes: stats.upload,
    receivedBytes: stats.download,
    latestHandshakeAt: parseHandshake(stats.latest_handshake, now),
  }
}

function toGatewayCall(call: { getPeer(): string; metadata: Metadata }): GatewayCall {
  const value = (name: string) => {
    const [first] = call.metadata.get(name)
    return typeof first === 'string' && first !== '' ? first : undefined
  }
  return {
    token: value('authorization')?.replace(/^Bearer +/i, ''),
    hostname: value('hostname'),
    version: value('defguard-component-version'),
    system: value('defguard-component-system'),
    caller: peerOf(call),
  }
}
