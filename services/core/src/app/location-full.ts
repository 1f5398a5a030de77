import type { Tx } from '../db/database.js'
import * as locations from '../db/locations.js'
import { DomainError } from '../domain/errors.js'

export async function locationFull(tx: Tx, locationId: number): Promise<DomainError> {
  return new DomainError(
    'location_full',
    `no free address in location ${await locations.nameOf(tx, locationId)}`,
  )
}
