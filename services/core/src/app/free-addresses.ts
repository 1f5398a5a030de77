import type { Db } from '../db/database.js'
import * as deviceLocations from '../db/device-locations.js'
import * as locationFreeRanges from '../db/location-free-ranges.js'
import type { LocationWithGroups } from '../db/locations.js'
import * as locations from '../db/locations.js'
import { assertNoViolations, DomainError } from '../domain/errors.js'
import { type Cidr, formatCidr, networkOf, parseCidr, placeAddress } from '../domain/network.js'
import { TAKEN } from './chosen-addresses.js'

export interface FreeOfNetwork {
  readonly network: string
  readonly addresses: readonly string[]
}

export interface AddressCheck {
  /** As it was sent. */
  readonly address: string
  /** Undefined when a device could be given it. */
  readonly problem: string | undefined
}

const COUNT_MAX = 100

/** Helps an admin to choose addresses. Promises nothing: others allocate meanwhile. */
export class FreeAddresses {
  constructor(private readonly db: Db) {}

  /**
   * The lowest free addresses of each network of a location.
   * @throws DomainError `not_found`, `invalid_argument`
   */
  async suggest(locationName: string, count: number): Promise<FreeOfNetwork[]> {
    const isRight = count >= 0 && count <= COUNT_MAX
    assertNoViolations(isRight ? [] : [{ field: 'count', message: `must be 1 to ${COUNT_MAX}` }])
    const location = await this.find(locationName)
    const free = await locationFreeRanges.lowest(this.db, location.id, count || 1)
    return networksOf(location).map((network, at) => ({
      network: formatCidr(networkOf(network)),
      addresses: free.filter(({ position }) => position === at + 1).map(({ address }) => address),
    }))
  }

  /**
   * Whether each address could be chosen in a location.
   * @throws DomainError `not_found`, `invalid_argument`
   */
  async check(locationName: string, addresses: readonly string[]): Promise<AddressCheck[]> {
    const isRight = addresses.length >= 1 && addresses.length <= COUNT_MAX
    const message = `must be 1 to ${COUNT_MAX} addresses`
    assertNoViolations(isRight ? [] : [{ field: 'addresses', message }])
    const location = await this.find(locationName)
    const networks = networksOf(location)
    const placed = addresses.map((address) => ({ address, place: placeAddress(address, networks) }))
    const possible = placed.flatMap(({ place }) => ('problem' in place ? [] : [place.address]))
    const taken = await deviceLocations.takenOf(this.db, location.id, possible)
    return placed.map(({ address, place }) => {
      if ('problem' in place) return { address, problem: place.problem }
      return { address, problem: taken.has(place.address) ? TAKEN : undefined }
    })
  }

  private async find(name: string): Promise<LocationWithGroups> {
    const location = await locations.findByName(this.db, name)
    if (!location) throw new DomainError('not_found', `no location named "${name}"`)
    return location
  }
}

function networksOf(location: LocationWithGroups): Cidr[] {
  return location.addresses.map((text) => parseCidr(text) as Cidr)
}
