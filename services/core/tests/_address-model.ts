import fc from 'fast-check'
import { formatAddress } from '../src/domain/network.js'

/** A network as a test draws it. */
export interface Network {
  readonly family: 4 | 6
  readonly first: bigint
  readonly last: bigint
  readonly prefix: number
  readonly gateway: bigint
}

const BASE = { 4: 0x0a14_0000n, 6: 0xfd00_0020n << 96n } as const
const WIDTH = { 4: 32, 6: 128 } as const

/** Neighbouring and nested networks of one base, so that old and new ones share addresses often. */
const network: fc.Arbitrary<Network> = fc
  .oneof(
    fc.record({ family: fc.constant<4>(4), prefix: fc.integer({ min: 16, max: 30 }) }),
    fc.record({ family: fc.constant<6>(6), prefix: fc.integer({ min: 64, max: 126 }) }),
  )
  .chain(({ family, prefix }) =>
    fc.record({ block: fc.nat(3), host: fc.oneof(fc.nat(8), fc.constant(-1)) }).map((drawn) => {
      const size = 1n << BigInt(WIDTH[family] - prefix)
      const first = BASE[family] + BigInt(drawn.block) * size
      const last = first + size - 1n
      const highest = family === 4 ? last - 1n : last
      const usable = highest - first
      const gateway = drawn.host < 0 ? highest : first + 1n + (BigInt(drawn.host) % usable)
      return { family, prefix, first, last, gateway }
    }),
  )

/** One to three networks of a location, none overlapping an earlier one. */
export const networks: fc.Arbitrary<Network[]> = fc
  .array(network, { minLength: 1, maxLength: 3 })
  .map((drawn) =>
    drawn.filter((one, at) => !drawn.slice(0, at).some((earlier) => overlap(one, earlier))),
  )

function overlap(a: Network, b: Network): boolean {
  return a.family === b.family && a.first <= b.last && b.first <= a.last
}

export function toCidr({ family, gateway, prefix }: Network): string {
  return `${formatAddress(family, gateway)}/${prefix}`
}

type Held = ReadonlyMap<number, ReadonlyMap<number, string>>

/**
 * What a location's addresses must be, in the plainest words: candidates are tried one by one, from
 * the lowest. Devices are known by their ids; an address by its text, at its network's position.
 */
export class AddressModel {
  constructor(
    readonly networks: readonly Network[],
    readonly held: Held = new Map(),
  ) {}

  /** Undefined when somebody finds no free address. */
  with(deviceIds: readonly number[]): AddressModel | undefined {
    const held = new Map([...this.held].map(([id, addresses]) => [id, new Map(addresses)]))
    for (const id of [...deviceIds].sort((a, b) => a - b)) {
      const own = held.get(id) ?? new Map<number, string>()
      held.set(id, own)
      for (const [position, one] of this.networks.entries()) {
        if (own.has(position)) continue
        const address = this.lowestFree(one, new AddressModel(this.networks, held))
        if (address === undefined) return undefined
        own.set(position, address)
      }
    }
    return new AddressModel(this.networks, held)
  }

  without(deviceId: number): AddressModel {
    return new AddressModel(
      this.networks,
      new Map([...this.held].filter(([id]) => id !== deviceId)),
    )
  }

  /** With one address given, if it may be given: not reserved, and nobody's. */
  choosing(deviceId: number, address: string): AddressModel | undefined {
    const position = this.networks.findIndex((one) => isUsable(one, address))
    if (position < 0 || this.isTaken(address)) return undefined
    const held = new Map([...this.held, [deviceId, new Map([[position, address]])]])
    return new AddressModel(this.networks, held).with([deviceId])
  }

  resized(to: readonly Network[]): AddressModel | undefined {
    const held = new Map<number, Map<number, string>>()
    for (const [id, addresses] of this.held) {
      const kept = new Map<number, string>()
      for (const position of [...addresses.keys()].sort()) {
        const address = addresses.get(position) as string
        const at = to.findIndex((one) => isUsable(one, address))
        if (at >= 0 && !kept.has(at)) kept.set(at, address)
      }
      held.set(id, kept)
    }
    return new AddressModel(to, held).with([...held.keys()])
  }

  /** Addresses by device id, in the order of the networks. */
  view(): Record<number, string[]> {
    return Object.fromEntries(
      [...this.held].map(([id, addresses]) => [
        id,
        this.networks.map((_, position) => addresses.get(position) as string),
      ]),
    )
  }

  private lowestFree(one: Network, among: AddressModel): string | undefined {
    for (let address = one.first; address <= one.last; address++) {
      const text = formatAddress(one.family, address)
      if (isUsable(one, text) && !among.isTaken(text)) return text
    }
    return undefined
  }

  private isTaken(address: string): boolean {
    return [...this.held.values()].some((addresses) => [...addresses.values()].includes(address))
  }
}

/** Neither reserved nor outside; by text, so that nothing depends on arithmetic done elsewhere. */
function isUsable(one: Network, text: string): boolean {
  const address = toNumber(one, text)
  if (address === undefined || address === one.gateway || address === one.first) return false
  return one.family === 6 || address !== one.last
}

function toNumber(one: Network, text: string): bigint | undefined {
  if (text.includes(':') !== (one.family === 6)) return undefined
  const address = one.family === 4 ? fromV4(text) : fromV6(text)
  return one.first <= address && address <= one.last ? address : undefined
}

function fromV4(text: string): bigint {
  return text.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n)
}

function fromV6(text: string): bigint {
  const [head = '', tail = ''] = text.split('::')
  const groups = (part: string) => part.split(':').filter((group) => group !== '')
  const missing = 8 - groups(head).length - groups(tail).length
  const all = text.includes('::')
    ? [...groups(head), ...Array<string>(missing).fill('0'), ...groups(tail)]
    : groups(text)
  return all.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n)
}
