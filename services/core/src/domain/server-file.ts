import { type PublicKey, parsePublicKey } from './device.js'
import { DomainError } from './errors.js'
import { ADDRESSES_MAX, networkProblem, parseHost } from './location.js'
import { type Cidr, parseAddress, parseCidr, placeAddress } from './network.js'
import {
  listOf,
  parseSections,
  type RefuseLine,
  type Section,
  type SettingName,
  singleOf,
} from './wg-quick.js'
import { publicKeyOf } from './wireguard-keys.js'

/** What a location needs of the wg-quick file of a WireGuard server. */
export interface ServerFile {
  /** Secret, as the file has it. */
  readonly privateKey: string
  readonly publicKey: PublicKey
  /** Where the private key stands. */
  readonly keyLine: number
  readonly cidrs: readonly Cidr[]
  readonly port: number
  readonly dns: readonly string[]
  readonly peers: readonly FilePeer[]
  readonly ignored: readonly IgnoredSetting[]
}

export interface FilePeer {
  /** Of its `[Peer]`. */
  readonly line: number
  readonly publicKey: PublicKey
  /** At most one of each network, which is told by its position, from 1. */
  readonly addresses: readonly { readonly position: number; readonly address: string }[]
}

export interface IgnoredSetting {
  readonly name: SettingName
  /** The first of them. */
  readonly line: number
  readonly count: number
}

/** Undefined when anything is wrong with it, which `refuse` is told line by line. */
export function parseServerFile(text: string, refuse: RefuseLine): ServerFile | undefined {
  let isGood = true
  const note: RefuseLine = (line, problem) => {
    isGood = false
    refuse(line, problem)
  }
  const sections = parseSections(text, note)
  const [own, ...others] = sections.filter(({ kind }) => kind === 'Interface')
  for (const other of others) note(other.line, 'is the second [Interface]')
  if (!own) {
    note(1, 'begins a file without [Interface]')
    return undefined
  }
  const server = readInterface(own, note)
  const peers = new PeerReader(server.cidrs, server.publicKey, note).read(
    sections.filter(({ kind }) => kind === 'Peer'),
  )
  const { publicKey } = server
  return isGood && publicKey !== undefined
    ? { ...server, publicKey, peers, ignored: ignoredOf(sections) }
    : undefined
}

function readInterface(section: Section, refuse: RefuseLine) {
  const key = singleOf(section, 'PrivateKey', refuse)
  const isKey = key !== undefined && parseKey(key.value) !== undefined
  if (key && !isKey) refuse(key.line, 'has no private key: base64 of 32 bytes')
  const port = singleOf(section, 'ListenPort', refuse)
  if (port && !isPort(port.value)) refuse(port.line, 'has no port from 1 to 65535')
  return {
    privateKey: key?.value ?? '',
    publicKey: isKey ? publicKeyOf(key.value) : undefined,
    keyLine: key?.line ?? section.line,
    cidrs: readNetworks(section, refuse),
    port: Number(port?.value),
    dns: readDns(section, refuse),
  }
}

function readNetworks(section: Section, refuse: RefuseLine): Cidr[] {
  const entries = listOf(section, 'Address')
  if (entries.length === 0) refuse(section.line, 'has no Address')
  const cidrs: Cidr[] = []
  for (const { text, line } of entries) {
    const cidr = parseCidr(text)
    const problem = cidr ? networkProblem(cidr, cidrs) : 'is not a CIDR such as 10.1.1.1/24'
    if (problem !== undefined) refuse(line, `${quote(text)} ${problem}`)
    else if (cidrs.length === ADDRESSES_MAX) refuse(line, `has more than ${ADDRESSES_MAX} networks`)
    else if (cidr) cidrs.push(cidr)
  }
  return cidrs
}

function readDns(section: Section, refuse: RefuseLine): string[] {
  return listOf(section, 'DNS').flatMap(({ text, line }) => {
    const host = parseHost(text)
    if (host === undefined) refuse(line, `${quote(text)} is neither an IP address nor a domain`)
    return host ?? []
  })
}

/** Reads peers one after the other: no two may have the same key or address. */
class PeerReader {
  readonly #lineOfKey = new Map<string, number>()
  readonly #lineOfAddress = new Map<string, number>()

  constructor(
    private readonly networks: readonly Cidr[],
    private readonly serverKey: PublicKey | undefined,
    private readonly refuse: RefuseLine,
  ) {}

  read(sections: readonly Section[]): FilePeer[] {
    return sections.flatMap((section) => {
      const publicKey = this.readKey(section)
      const addresses = this.readAddresses(section)
      return publicKey === undefined ? [] : { line: section.line, publicKey, addresses }
    })
  }

  private readKey(section: Section): PublicKey | undefined {
    const setting = singleOf(section, 'PublicKey', this.refuse)
    if (!setting) return undefined
    const key = parseKey(setting.value)
    const earlier = this.#lineOfKey.get(setting.value)
    if (key === undefined) this.refuse(setting.line, 'has no public key: base64 of 32 bytes')
    else if (key === this.serverKey) this.refuse(setting.line, 'has the public key of the server')
    else if (earlier !== undefined) this.refuse(setting.line, `has the key of line ${earlier}`)
    else this.#lineOfKey.set(key, setting.line)
    return key
  }

  private readAddresses(section: Section): FilePeer['addresses'] {
    const places: { position: number; address: string }[] = []
    for (const { text, line } of listOf(section, 'AllowedIPs')) {
      const place = placeHost(text, this.networks)
      const problem = 'problem' in place ? place.problem : this.collisionOf(place, places)
      if (problem !== undefined) this.refuse(line, `${quote(text)} ${problem}`)
      else if ('address' in place) {
        places.push(place)
        this.#lineOfAddress.set(place.address, line)
      }
    }
    return places.sort((a, b) => a.position - b.position)
  }

  private collisionOf(
    place: { position: number; address: string },
    own: FilePeer['addresses'],
  ): string | undefined {
    const earlier = this.#lineOfAddress.get(place.address)
    if (earlier !== undefined) return `is in line ${earlier} already`
    const isSecond = own.some(({ position }) => position === place.position)
    return isSecond ? 'is the second of the same network' : undefined
  }
}

/** Where the one address that a device may send from belongs. */
function placeHost(text: string, networks: readonly Cidr[]): ReturnType<typeof placeAddress> {
  const [address = ''] = text.split('/')
  const family = parseAddress(address)?.family
  const cidr = parseCidr(text.includes('/') ? text : `${text}/${family === 6 ? 128 : 32}`)
  if (!cidr) return { problem: 'is no IP address' }
  if (cidr.prefix !== (cidr.family === 6 ? 128 : 32)) return { problem: 'is more than one address' }
  return placeAddress(address, networks)
}

const TAKEN: readonly SettingName[] = [
  'PrivateKey',
  'Address',
  'ListenPort',
  'DNS',
  'PublicKey',
  'AllowedIPs',
]

function ignoredOf(sections: readonly Section[]): IgnoredSetting[] {
  const ignored = new Map<SettingName, IgnoredSetting>()
  for (const { name, line } of sections.flatMap(({ settings }) => settings)) {
    if (TAKEN.includes(name)) continue
    const earlier = ignored.get(name)
    ignored.set(name, { name, line: earlier?.line ?? line, count: (earlier?.count ?? 0) + 1 })
  }
  return [...ignored.values()]
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535
}

/** Either half of a pair looks the same. */
function parseKey(text: string): PublicKey | undefined {
  try {
    return parsePublicKey(text)
  } catch (err) {
    if (err instanceof DomainError) return undefined
    throw err
  }
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 60))
}
