import { formatEndpoint } from './location.js'

export interface LocationPeer {
  readonly endpoint: string
  readonly port: number
  readonly publicKey: string
  readonly allowedIps: readonly string[]
  readonly dns: readonly string[]
  readonly keepaliveInterval: number
}

/** Where the device's own private key belongs; it is filled in on the device and never reaches us. */
const PRIVATE_KEY_PLACE = 'YOUR_PRIVATE_KEY'

/** A wg-quick text for one device in one location, byte for byte as clients have always met it. */
export function deviceConfig(location: LocationPeer, addresses: readonly string[]): string {
  return [
    '[Interface]',
    `PrivateKey = ${PRIVATE_KEY_PLACE}`,
    `Address = ${addresses.join(',')}`,
    ...(location.dns.length > 0 ? [`DNS = ${location.dns.join(',')}`] : []),
    '',
    '[Peer]',
    `PublicKey = ${location.publicKey}`,
    `AllowedIPs = ${location.allowedIps.join(',')}`,
    `Endpoint = ${formatEndpoint(location)}`,
    `PersistentKeepalive = ${location.keepaliveInterval}`,
  ].join('\n')
}
