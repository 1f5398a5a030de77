export interface ServerPeer {
  readonly publicKey: string
  readonly addresses: readonly string[]
  readonly comment: string
}

export interface ServerInterface {
  readonly name: string
  readonly privateKey: string
  readonly port: number
  /** CIDRs with the gateway as host part. */
  readonly addresses: readonly string[]
}

/**
 * The head of a WireGuard server's configuration. `sync` leaves out what only wg-quick understands,
 * so that `wg syncconf` takes the text as it is.
 */
export function serverInterface(location: ServerInterface, sync: boolean): string {
  return [
    `# ${location.name}`,
    '[Interface]',
    `PrivateKey = ${location.privateKey}`,
    ...(sync ? [] : [`Address = ${location.addresses.join(', ')}`]),
    `ListenPort = ${location.port}`,
    '',
  ].join('\n')
}

export function serverPeer(peer: ServerPeer): string {
  return [
    '',
    `# ${peer.comment}`,
    '[Peer]',
    `PublicKey = ${peer.publicKey}`,
    `AllowedIPs = ${peer.addresses.map(toHostCidr).join(', ')}`,
    '',
  ].join('\n')
}

function toHostCidr(address: string): string {
  return `${address}/${address.includes(':') ? 128 : 32}`
}
