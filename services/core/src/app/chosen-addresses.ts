import type { Location } from '../db/schema.js'
import { DomainError, type Violation } from '../domain/errors.js'
import { type Cidr, parseCidr, placeAddress } from '../domain/network.js'

export interface ChosenAddress {
  /** Which of the location's networks, from 1. */
  readonly position: number
  readonly address: string
}

const FIELD = 'addresses'

/** Addresses that an admin chose in a location, at most one of each network; others are a violation. */
export function placeAddresses(
  texts: readonly string[],
  location: Pick<Location, 'name' | 'addresses'>,
  violations: Violation[],
): ChosenAddress[] {
  const refuse = (text: string, problem: string) => {
    const message = `${JSON.stringify(text.slice(0, 60))} ${problem} (location ${location.name})`
    violations.push({ field: FIELD, message })
  }
  const networks = location.addresses.map((text) => parseCidr(text) as Cidr)
  const chosen: ChosenAddress[] = []
  for (const text of texts) {
    const place = placeAddress(text, networks)
    if ('problem' in place) refuse(text, place.problem)
    else if (chosen.some(({ position }) => position === place.position))
      refuse(text, 'is the second of the same network')
    else chosen.push(place)
  }
  return chosen
}

export const TAKEN = 'has another device already'

export function addressTaken(address: string, location: string): DomainError {
  const message = `"${address}" ${TAKEN} (location ${location})`
  return new DomainError('already_exists', `${FIELD}: ${message}`, [{ field: FIELD, message }])
}
