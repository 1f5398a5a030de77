import { isDeepStrictEqual } from 'node:util'
import * as addressSpace from '../db/address-space.js'
import { lockAccess } from '../db/advisory-locks.js'
import { type Db, inTransaction, type Tx } from '../db/database.js'
import * as devices from '../db/devices.js'
import type { LocationSettings, LocationWithGroups } from '../db/locations.js'
import * as locations from '../db/locations.js'
import type { Group } from '../db/schema.js'
import type { Clock } from '../domain/clock.js'
import { assertNoViolations, DomainError, type Violation } from '../domain/errors.js'
import {
  type LocationDraft,
  type LocationField,
  type LocationInput,
  mergeLocation,
  parseLocation,
} from '../domain/location.js'
import { assignableIn, formatCidr } from '../domain/network.js'
import { syncAccess } from './access-sync.js'
import { asActor, audit } from './audit.js'
import type { Admin } from './caller.js'
import { endGatewaysOf } from './gateway-tokens.js'
import { findGroups } from './groups.js'
import { noSuchLocation } from './locations.js'

interface Plan {
  readonly draft: LocationDraft
  readonly settings: LocationSettings
  readonly allowed: readonly Group[]
}

/** Changes of locations: what follows for devices follows in the same transaction. */
export class LocationChanges {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
  ) {}

  /**
   * Changes the named fields and leaves the rest. Devices keep every address that still fits.
   * @param expectedRevision the settings revision that the caller has seen
   * @throws DomainError `not_found`, `changed_meanwhile`, `invalid_argument` with every problem,
   * `already_exists`, `location_full`
   */
  async update(
    admin: Admin,
    name: string,
    change: LocationInput,
    fields: readonly LocationField[],
    expectedRevision: number | undefined,
  ): Promise<LocationWithGroups> {
    return inTransaction(this.db, async (tx) => {
      await lockAccess(tx)
      if (fields.some((field) => FOLLOWED_BY_DEVICES.has(field))) await devices.hold(tx)
      const location = await locations.lockByName(tx, name)
      if (!location) throw noSuchLocation(name)
      if (expectedRevision !== undefined && expectedRevision !== location.settingsRevision)
        throw new DomainError('changed_meanwhile')
      const plan = await toPlan(tx, mergeLocation(location, change, fields))
      const changed = changedFields(location, plan)
      if (changed.length > 0) {
        await apply(tx, location.id, plan, changed, this.clock())
        const object = { kind: 'location', id: location.id, name: location.name } as const
        await audit(tx, this.clock(), asActor(admin), 'location.updated', object, {
          details: { fields: changed },
        })
      }
      return locations.get(tx, location.id)
    })
  }

  /**
   * Its addresses go with it, and the tokens of its gateways.
   * @returns the names of gateways that cannot be told now
   * @throws DomainError `not_found`
   */
  async delete(admin: Admin, name: string): Promise<string[]> {
    return inTransaction(this.db, async (tx) => {
      const now = this.clock()
      await lockAccess(tx)
      await devices.hold(tx)
      const location = await locations.lockByName(tx, name)
      if (!location) throw noSuchLocation(name)
      const unreached = await endGatewaysOf(tx, admin, location, now)
      await locations.remove(tx, location.id)
      const object = { kind: 'location', id: location.id, name: location.name } as const
      await audit(tx, now, asActor(admin), 'location.deleted', object)
      return unreached
    })
  }
}

const FOLLOWED_BY_DEVICES = new Set<LocationField>(['addresses', 'allowAllGroups', 'allowedGroups'])
/** What gateways are told beside the peers' addresses. */
const OF_GATEWAYS = new Set<LocationField>(['name', 'addresses', 'port', 'keepaliveInterval'])

async function toPlan(tx: Tx, input: LocationInput): Promise<Plan> {
  const violations: Violation[] = []
  const draft = parseLocation(input, violations)
  const allowed = await findGroups(tx, input.allowedGroups, 'allowed_groups', violations)
  assertNoViolations(violations)
  const { cidrs, ...rest } = draft
  const settings = {
    ...rest,
    addresses: cidrs.map(formatCidr),
    dns: [...draft.dns],
    allowedIps: [...draft.allowedIps],
    allowAllGroups: input.allowAllGroups,
  }
  return { draft, settings, allowed }
}

function changedFields(location: LocationWithGroups, { settings, allowed }: Plan): LocationField[] {
  const fields = (Object.keys(settings) as (keyof LocationSettings)[]).filter(
    (field) => !isDeepStrictEqual(settings[field], location[field]),
  )
  const names = new Set(allowed.map((group) => group.name))
  const isSame = isDeepStrictEqual(names, new Set(location.allowedGroups))
  return isSame ? fields : [...fields, 'allowedGroups']
}

async function apply(
  tx: Tx,
  id: number,
  plan: Plan,
  changed: readonly LocationField[],
  now: Date,
): Promise<void> {
  await locations.update(tx, id, plan.settings, now)
  if (changed.includes('allowedGroups')) {
    await locations.disallowGroups(tx, id)
    await locations.allowGroups(
      tx,
      id,
      plan.allowed.map((group) => group.id),
    )
  }
  const hasMoved = changed.includes('addresses')
  // Asked before their addresses go: they belong to the location, not to anybody's groups.
  const networkDevices = hasMoved ? await addressSpace.networkDevicesIn(tx, id) : []
  if (hasMoved) await addressSpace.readdress(tx, id, assignableIn(plan.draft.cidrs))
  const announced = changed.some((field) => FOLLOWED_BY_DEVICES.has(field))
    ? await syncAccess(tx, { locationIds: [id] }, networkDevices)
    : []
  const isForGateways = changed.some((field) => OF_GATEWAYS.has(field))
  if (isForGateways && !announced.includes(id)) await locations.bump(tx, [id])
}
