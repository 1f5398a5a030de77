import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Logger } from '@defguard/runtime/logger'
import ipaddr from 'ipaddr.js'

export type Network = [ipaddr.IPv4 | ipaddr.IPv6, number]

/** `10.0.0.0/8`, or a single address; undefined for anything else. */
export function parseNetwork(text: string): Network | undefined {
  if (ipaddr.isValidCIDR(text)) return ipaddr.parseCIDR(text)
  const address = parseAddress(text)
  return address && [address, address.kind() === 'ipv4' ? 32 : 128]
}

/** Tells where a request comes from: the peer, or what a trusted proxy in front of us says. */
export class ClientAddresses {
  #hasWarned = false

  constructor(
    private readonly trusted: readonly Network[],
    private readonly log: Logger,
  ) {}

  /** The right-most address of the way here that is not trusted. */
  of(req: IncomingMessage): string {
    const peer = parseAddress(req.socket.remoteAddress ?? '')
    if (!peer) return 'unknown'
    const forwarded = req.headers['x-forwarded-for']
    if (forwarded === undefined) return peer.toString()
    if (!this.#isTrusted(peer)) {
      this.#warn(peer.toString())
      return peer.toString()
    }
    for (const hop of String(forwarded).split(',').reverse()) {
      const address = parseAddress(withoutPort(hop.trim()))
      if (!address) break
      if (!this.#isTrusted(address)) return address.toString()
    }
    return peer.toString()
  }

  /** Whose connection it is; undefined for a trusted proxy, which holds those of many. */
  peerOf({ remoteAddress }: Socket): string | undefined {
    const peer = parseAddress(remoteAddress ?? '')
    if (!peer) return 'unknown'
    return this.#isTrusted(peer) ? undefined : subscriberOf(peer.toString())
  }

  #isTrusted(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
    return this.trusted.some(
      ([network, bits]) => network.kind() === address.kind() && address.match(network, bits),
    )
  }

  #warn(peer: string): void {
    if (this.#hasWarned) return
    this.#hasWarned = true
    this.log.warn(
      { peer },
      'X-Forwarded-For from a peer that DEFGUARD_PROXY_TRUSTED does not name is ignored',
    )
  }
}

/** What one household or host holds: an IPv4 address, or the /64 of an IPv6 one. */
export function subscriberOf(address: string): string {
  const parsed = parseAddress(address)
  if (parsed?.kind() !== 'ipv6') return address
  return ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toString()}/64`).toString()
}

function parseAddress(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  const bare = text.replace(/%.*$/, '')
  const isAddress = ipaddr.IPv4.isValidFourPartDecimal(bare) || ipaddr.IPv6.isValid(bare)
  return isAddress ? ipaddr.process(bare) : undefined
}

function withoutPort(hop: string): string {
  const [, bracketed, plain] = /^(?:\[(.*)\](?::\d+)?|([\d.]+):\d+)$/.exec(hop) ?? []
  return bracketed ?? plain ?? hop
}
