import { GatewayServiceClient } from '@defguard/proto/gateway'
import { credentials, Metadata } from '@grpc/grpc-js'

/** Each with a connection of its own, as gateways have. */
export function connect(port: number): GatewayServiceClient {
  return new GatewayServiceClient(`127.0.0.1:${port}`, credentials.createInsecure(), {
    'grpc.use_local_subchannel_pool': 1,
  })
}

/** What a gateway of 1.6.5 shows with each call. */
export function gatewayMetadata(token: string): Metadata {
  const metadata = new Metadata()
  metadata.set('authorization', token)
  metadata.set('hostname', 'gw.internal')
  metadata.set('defguard-component-version', '1.6.5')
  metadata.set('defguard-component-system', 'Linux;6.1.0;x86_64')
  return metadata
}
