import type { Violation } from './errors.js'
import {
  type Cidr,
  formatCidr,
  networkOf,
  networkRange,
  overlap,
  parseAddress,
  parseCidr,
} from './network.js'
import { parseName } from './user.js'

export interface LocationInput {
  readonly name: string
  readonly addresses: readonly string[]
  readonly endpoint: string
  readonly port: number
  readonly dns: readonly string[]
  readonly allowedIps: readonly string[]
  readonly allowAllGroups: boolean
  readonly allowedGroups: readonly string[]
  readonly keepaliveInterval: number | undefined
  readonly peerDisconnectThreshold: number | undefined
}

/** A location as an admin wants it, checked and in canonical spelling. */
export interface LocationDraft {
  readonly name: string
  /** The host part of each is the gateway's address there. */
  readonly cidrs: readonly Cidr[]
  readonly endpoint: string
  readonly port: number
  readonly dns: readonly string[]
  readonly allowedIps: readonly string[]
  readonly keepaliveInterval: number
  readonly peerDisconnectThreshold: number
}

const DEFAULT_KEEPALIVE_S = 25
const DEFAULT_PEER_SILENCE_S = 300
/**
 * A session is made anew after 120 s and dropped after 180 s (WireGuard whitepaper §6.1): a device
 * that is connected may be silent for so long.
 */
const PEER_SILENCE_S = { min: 180, max: 86_400 }
export const ADDRESSES_MAX = 10
const ALLOWED_IPS_MAX = 100
const PREFIX_MAX = { 4: 30, 6: 126 } as const

/** Ranges nobody can run a VPN in: unspecified, loopback, link-local, multicast and reserved. */
const UNUSABLE = [
  '0.0.0.0/8',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '224.0.0.0/3',
  '::/127',
  'fe80::/10',
  'ff00::/8',
].map((text) => parseCidr(text) as Cidr)

/** Every problem is added to `violations`, with the field it is about. */
export function parseLocation(input: LocationInput, violations: Violation[]): LocationDraft {
  const refuse = (field: string, message: string) => void violations.push({ field, message })
  const name = parseName(input.name)
  if (name === undefined) refuse('name', 'must be 1 to 100 characters, without control characters')
  const endpoint = parseHost(input.endpoint)
  if (endpoint === undefined)
    refuse('endpoint', 'must be a host name or an IP address, without a port')
  if (!Number.isInteger(input.port) || input.port < 1 || input.port > 65_535) {
    refuse('port', 'must be 1 to 65535')
  }
  const keepaliveInterval = input.keepaliveInterval ?? DEFAULT_KEEPALIVE_S
  if (keepaliveInterval < 0 || keepaliveInterval > 65_535) {
    refuse('keepalive_interval', 'must be 0 to 65535 seconds')
  }
  const peerDisconnectThreshold = input.peerDisconnectThreshold ?? DEFAULT_PEER_SILENCE_S
  if (
    peerDisconnectThreshold < PEER_SILENCE_S.min ||
    peerDisconnectThreshold > PEER_SILENCE_S.max
  ) {
    refuse(
      'peer_disconnect_threshold',
      `must be ${PEER_SILENCE_S.min} to ${PEER_SILENCE_S.max} seconds`,
    )
  }
  if (!input.allowAllGroups && input.allowedGroups.length === 0) {
    refuse('allowed_groups', 'name at least one group, or allow everyone')
  }
  const cidrs = parseAddresses(input.addresses, refuse)
  return {
    name: name ?? '',
    cidrs,
    endpoint: endpoint ?? '',
    port: input.port,
    dns: parseDns(input.dns, refuse),
    allowedIps: parseAllowedIps(input.allowedIps, cidrs, refuse),
    keepaliveInterval,
    peerDisconnectThreshold,
  }
}

export type LocationField = keyof LocationInput

/**
 * A location as it would be with the named fields of `change`. Allowed IPs that are the location's own
 * networks stay so when those change.
 */
export function mergeLocation(
  current: LocationInput,
  change: LocationInput,
  fields: readonly LocationField[],
): LocationInput {
  const changed = Object.fromEntries(fields.map((field) => [field, change[field]]))
  const isFollowing = fields.includes('addresses') && isOwnNetworks(current)
  return { ...current, ...(isFollowing && { allowedIps: [] }), ...changed }
}

function isOwnNetworks({ addresses, allowedIps }: LocationInput): boolean {
  const own = addresses.map((text) => formatCidr(networkOf(parseCidr(text) as Cidr)))
  return own.length === allowedIps.length && own.every((network, at) => network === allowedIps[at])
}

type Refuse = (field: string, message: string) => void

function parseAddresses(texts: readonly string[], refuse: Refuse): Cidr[] {
  if (texts.length < 1 || texts.length > ADDRESSES_MAX) {
    refuse('addresses', `must be 1 to ${ADDRESSES_MAX} networks`)
  }
  const cidrs: Cidr[] = []
  for (const text of texts.slice(0, ADDRESSES_MAX)) {
    const cidr = parseCidr(text)
    const problem = cidr ? networkProblem(cidr, cidrs) : 'is not a CIDR such as 10.1.1.1/24'
    if (problem !== undefined) refuse('addresses', `${quote(text)} ${problem}`)
    else if (cidr) cidrs.push(cidr)
  }
  return cidrs
}

/** Why a network cannot be a location's, beside the ones it has already. */
export function networkProblem(cidr: Cidr, earlier: readonly Cidr[]): string | undefined {
  const { first, last } = networkRange(cidr)
  if (cidr.prefix === 0) return 'is the whole address space'
  if (cidr.prefix > PREFIX_MAX[cidr.family])
    return `has no room: use /${PREFIX_MAX[cidr.family]} or wider`
  if (UNUSABLE.some((unusable) => overlap(cidr, unusable))) return 'is reserved for other uses'
  if (cidr.address === first) return 'needs the gateway as its host part, such as .1'
  if (cidr.family === 4 && cidr.address === last) return 'has the broadcast address as its gateway'
  const other = earlier.find((candidate) => overlap(candidate, cidr))
  return other && `overlaps ${formatCidr(other)}`
}

function parseAllowedIps(texts: readonly string[], own: readonly Cidr[], refuse: Refuse): string[] {
  if (texts.length > ALLOWED_IPS_MAX) {
    refuse('allowed_ips', `must be at most ${ALLOWED_IPS_MAX} networks`)
    return []
  }
  const parsed = texts.map((text) => {
    const cidr = parseCidr(text)
    if (!cidr) refuse('allowed_ips', `${quote(text)} is not a CIDR such as 10.2.0.0/16`)
    return cidr
  })
  const cidrs = texts.length > 0 ? parsed.filter((cidr) => cidr !== undefined) : own
  return [...new Set(cidrs.map((cidr) => formatCidr(networkOf(cidr))))]
}

function parseDns(texts: readonly string[], refuse: Refuse): string[] {
  return texts
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .map((text) => {
      const entry = parseHost(text)
      if (entry === undefined) refuse('dns', `${quote(text)} is neither an IP address nor a domain`)
      return entry ?? text
    })
}

/** A host name (RFC 1123) or a bare IP address; brackets around an IPv6 address are taken off. */
export function parseHost(text: string): string | undefined {
  const host = text.trim().replace(/^\[(.*)\]$/, '$1')
  if (parseAddress(host)) return host
  if (host.length > 253 || /^[\d.]+$/.test(host)) return undefined
  const isName = host
    .split('.')
    .every((label) => /^[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/.test(label))
  return isName ? host : undefined
}

/** `host:port`; an IPv6 address stands in brackets. */
export function formatEndpoint(location: { endpoint: string; port: number }): string {
  const host = location.endpoint.includes(':') ? `[${location.endpoint}]` : location.endpoint
  return `${host}:${location.port}`
}

/** A refused entry as a message may repeat it. */
function quote(text: string): string {
  return JSON.stringify(text.slice(0, 60))
}
