import ipaddr from 'ipaddr.js'

/*
 * Addresses as numbers. IPv4 and IPv6 differ here only in their width, so every rule about networks
 * is arithmetic on one bigint, and the texts are made in one place, canonical (RFC 5952).
 */

export type Family = 4 | 6

/** An interface's address with its network: `10.1.1.1/24` has the host part .1. */
export interface Cidr {
  readonly family: Family
  readonly address: bigint
  readonly prefix: number
}

/** Addresses from `first` to `last`, both included. */
export interface AddressRange {
  readonly first: bigint
  readonly last: bigint
}

const WIDTH = { 4: 32, 6: 128 } as const

/** A CIDR in any usual spelling; undefined for anything else, IPv4 in IPv6 notation included. */
export function parseCidr(text: string): Cidr | undefined {
  const [address, prefix, ...rest] = text.trim().split('/')
  if (address === undefined || prefix === undefined || rest.length > 0) return undefined
  const parsed = parseAddress(address)
  if (!parsed || !/^\d{1,3}$/.test(prefix) || Number(prefix) > WIDTH[parsed.family])
    return undefined
  return { ...parsed, prefix: Number(prefix) }
}

export function parseAddress(text: string): { family: Family; address: bigint } | undefined {
  if (!ipaddr.IPv4.isValidFourPartDecimal(text) && !ipaddr.IPv6.isValid(text)) return undefined
  // A zone (fe80::1%eth0) means something on one machine only.
  if (text.includes('%')) return undefined
  const parsed = ipaddr.parse(text)
  if (parsed.kind() === 'ipv6' && (parsed as ipaddr.IPv6).isIPv4MappedAddress()) return undefined
  const address = parsed.toByteArray().reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
  return { family: parsed.kind() === 'ipv4' ? 4 : 6, address }
}

export function formatAddress(family: Family, address: bigint): string {
  const bytes = Array.from({ length: WIDTH[family] / 8 }, (_, at) =>
    Number((address >> BigInt(WIDTH[family] - 8 * (at + 1))) & 0xffn),
  )
  const parsed = ipaddr.fromByteArray(bytes)
  return parsed.kind() === 'ipv6' ? (parsed as ipaddr.IPv6).toRFC5952String() : parsed.toString()
}

export function formatCidr(cidr: Cidr): string {
  return `${formatAddress(cidr.family, cidr.address)}/${cidr.prefix}`
}

/** All addresses of the network, the reserved ones included. */
export function networkRange(cidr: Cidr): AddressRange {
  const hostBits = BigInt(WIDTH[cidr.family] - cidr.prefix)
  const first = (cidr.address >> hostBits) << hostBits
  return { first, last: first + (1n << hostBits) - 1n }
}

/** The network itself: the same CIDR with its host bits cleared. */
export function networkOf(cidr: Cidr): Cidr {
  return { ...cidr, address: networkRange(cidr).first }
}

export function overlap(a: Cidr, b: Cidr): boolean {
  if (a.family !== b.family) return false
  const [rangeA, rangeB] = [networkRange(a), networkRange(b)]
  return rangeA.first <= rangeB.last && rangeB.first <= rangeA.last
}

/**
 * What devices may be given, lowest first: the network without the gateway's own address, without an
 * IPv4 network and broadcast address, and without the IPv6 subnet-router anycast address
 * (RFC 4291 §2.6.1). IPv6 has no broadcast: its last address is used.
 */
export function assignableRanges(cidr: Cidr): AddressRange[] {
  const { first, last } = networkRange(cidr)
  const highest = cidr.family === 4 ? last - 1n : last
  const ranges = [
    { first: first + 1n, last: cidr.address - 1n },
    { first: cidr.address + 1n, last: highest },
  ]
  return ranges.filter((range) => range.first <= range.last)
}

/** What devices may be given in a location's networks, by the network's position, from 1. */
export function assignableIn(
  cidrs: readonly Cidr[],
): { readonly position: number; readonly first: string; readonly last: string }[] {
  return cidrs.flatMap((cidr, at) =>
    assignableRanges(cidr).map((range) => ({
      position: at + 1,
      first: formatAddress(cidr.family, range.first),
      last: formatAddress(cidr.family, range.last),
    })),
  )
}

/** Why a device cannot have an address, or which of the networks (from 1) it is an address of. */
export type Placement =
  | { readonly position: number; readonly address: string }
  | { readonly problem: string }

/** Where an address that an admin chose belongs among a location's networks. */
export function placeAddress(text: string, networks: readonly Cidr[]): Placement {
  const parsed = parseAddress(text.trim())
  if (!parsed) return { problem: 'is no IP address' }
  const at = networks.findIndex((network) => contains(network, parsed))
  const network = networks[at]
  if (!network) return { problem: 'is outside of its networks' }
  const { first, last } = networkRange(network)
  if (parsed.address === network.address) return { problem: 'is the address of its gateway' }
  if (parsed.address === first) return { problem: 'is a network address' }
  if (network.family === 4 && parsed.address === last) return { problem: 'is a broadcast address' }
  return { position: at + 1, address: formatAddress(parsed.family, parsed.address) }
}

function contains(network: Cidr, { family, address }: { family: Family; address: bigint }) {
  const { first, last } = networkRange(network)
  return family === network.family && first <= address && address <= last
}
