import type { GatewayServiceServer } from '@defguard/proto/gateway'
import type { Metadata } from '@grpc/grpc-js'
import type { GatewayConfigs } from '../app/gateway-configs.js'
import type { GatewayFeeds } from '../app/gateway-feeds.js'
import type { GatewayCall, GatewayGate } from '../app/gateway-gate.js'
import type { GatewayUpdate } from '../domain/gateway-updates.js'
import { toConfiguration, toUpdate } from './gateway-wire.js'
import { peerOf } from './metadata.js'
import type { Calls } from './unary.js'

export interface GatewayUseCases {
  readonly gate: GatewayGate
  readonly configs: GatewayConfigs
  readonly feeds: GatewayFeeds
}

/** What Defguard's own gateways call. */
export function gatewayHandlers(
  calls: Calls,
  { gate, configs, feeds }: GatewayUseCases,
): GatewayServiceServer {
  return {
    config: calls.answer(async (call) => {
      const gateway = await gate.admit(toGatewayCall(call))
      return toConfiguration(await configs.handOut(gateway, call.request.name))
    }),

    updates: (call) =>
      calls.stream(call, async (signal, fail) => {
        const gateway = await gate.admit(toGatewayCall(call))
        return encoded(feeds.follow(gateway, signal, fail))
      }),

    stats: calls.collect(async (call) => {
      await gate.admit(toGatewayCall(call))
      for await (const _ of call.iterator({ destroyOnReturn: false }));
      return {}
    }),
  }
}

async function* encoded(updates: AsyncIterable<GatewayUpdate>) {
  for await (const update of updates) yield toUpdate(update)
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
