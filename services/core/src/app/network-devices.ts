import { lockRequest, shareAccess } from '../db/advisory-locks.js'
import { type Db, inTransaction, type Tx } from '../db/database.js'
import * as deviceLocations from '../db/device-locations.js'
import * as devices from '../db/devices.js'
import type { LocationWithGroups } from '../db/locations.js'
import * as locations from '../db/locations.js'
import type { Device, User } from '../db/schema.js'
import * as users from '../db/users.js'
import type { Clock } from '../domain/clock.js'
import {
  type PublicKey,
  parseDeviceName,
  parsePublicKey,
  publicKeyTaken,
} from '../domain/device.js'
import { assertNoViolations, DomainError, type Violation } from '../domain/errors.js'
import { asActor, audit } from './audit.js'
import type { Admin } from './caller.js'
import { addressTaken, type ChosenAddress, placeAddresses } from './chosen-addresses.js'
import { parseField } from './device-fields.js'
import { lockDevice } from './device-lock.js'
import { type DeviceView, getDeviceView } from './devices.js'
import type { Invitation, Invitations } from './invitations.js'
import { locationFull } from './location-full.js'
import { parseRequestId } from './request-id.js'

export interface NewNetworkDevice {
  readonly requestId: string
  readonly name: string
  readonly location: string
  /** Empty for the lowest free ones. */
  readonly addresses: readonly string[]
  /** Username of the account it is prepared under; empty for the admin's own. */
  readonly owner: string
  readonly publicKey: string | undefined
  readonly expiresInMs: number | undefined
}

export interface NetworkDevice {
  readonly device: DeviceView
  readonly invitation: Invitation | undefined
}

interface Draft {
  readonly name: string
  readonly location: LocationWithGroups
  readonly owner: User
  readonly chosen: readonly ChosenAddress[]
  readonly publicKey: PublicKey | null
  readonly requestId: string | null
}

/** Unattended devices, which belong to the company and are in exactly one location. */
export class NetworkDevices {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly invitations: Invitations,
  ) {}

  /**
   * Prepares a device, with a token for its client unless its key is known. The same request id again
   * is the same device (with a fresh token: the clear text of the first is gone).
   * @throws DomainError `invalid_argument` with every problem, `already_exists`, `pubkey_taken`,
   * `location_full`
   */
  async create(admin: Admin, request: NewNetworkDevice): Promise<NetworkDevice> {
    return inTransaction(this.db, async (tx) => {
      // Else the location could get other networks, or go, after its networks were looked at.
      await shareAccess(tx)
      const draft = await this.parse(tx, admin, request)
      const now = this.clock()
      const id = await this.insert(tx, admin, draft, now)
      const device = await devices.lock(tx, id)
      if (!device) throw new Error('A network device is gone while it is made.')
      const invitation =
        device.publicKey === null
          ? await this.invitations.issueToDevice(tx, admin, device, request.expiresInMs, now)
          : undefined
      return { device: await getDeviceView(tx, id), invitation }
    })
  }

  /** Another token for a device; the older ones end. @throws DomainError `not_found` */
  async issueToken(admin: Admin, id: number, expiresInMs: number | undefined): Promise<Invitation> {
    return inTransaction(this.db, async (tx) => {
      const device = await lockDevice(tx, admin, id)
      if (device.userId !== null)
        throw new DomainError('not_found', `no network device with the id ${id}`)
      return this.invitations.issueToDevice(tx, admin, device, expiresInMs, this.clock())
    })
  }

  private async parse(tx: Tx, admin: Admin, request: NewNetworkDevice): Promise<Draft> {
    const violations: Violation[] = []
    const name = parseField('name', violations, () => parseDeviceName(request.name))
    const publicKey =
      request.publicKey === undefined
        ? null
        : parseField('pubkey', violations, () => parsePublicKey(request.publicKey ?? ''))
    const requestId = parseRequestId(request.requestId, violations)
    const location = await locations.findByName(tx, request.location)
    if (!location) {
      violations.push({ field: 'location', message: `no location named "${request.location}"` })
    }
    const owner = request.owner
      ? await users.findByUsername(tx, request.owner)
      : await users.get(tx, admin.userId)
    if (!owner) violations.push({ field: 'owner', message: `no user named "${request.owner}"` })
    const chosen = location ? placeAddresses(request.addresses, location, violations) : []
    assertNoViolations(violations)
    if (name === undefined || publicKey === undefined || !location || !owner)
      throw new Error('A problem was found, but not told.')
    return { name, publicKey, requestId, location, owner, chosen }
  }

  private async insert(tx: Tx, admin: Admin, draft: Draft, now: Date): Promise<number> {
    const { location, owner, publicKey, requestId } = draft
    await lockRequest(tx, requestId)
    // No location appears meanwhile: it could have the device's key.
    await shareAccess(tx)
    await locations.bump(tx, [location.id])
    if (publicKey !== null && (await locations.isPublicKeyTaken(tx, publicKey)))
      throw publicKeyTaken()
    const device = await devices.insertNetworkDevice(tx, {
      name: draft.name,
      publicKey,
      requestId,
      preparedForId: owner.id,
      preparedForName: owner.username,
      createdAt: now,
    })
    if (!device) return earlier(tx, requestId)
    await assign(tx, device, location, draft.chosen)
    const object = { kind: 'device', id: device.id, name: device.name } as const
    const details = { location: location.name, has_key: publicKey !== null }
    await audit(tx, now, asActor(admin), 'network_device.created', object, { details })
    return device.id
  }
}

async function assign(
  tx: Tx,
  device: Device,
  location: LocationWithGroups,
  chosen: readonly ChosenAddress[],
): Promise<void> {
  const assignment = { deviceId: device.id, locationId: location.id }
  const taken = await deviceLocations.assignChosen(tx, assignment, chosen)
  if (taken !== undefined) throw addressTaken(taken, location.name)
  const [full] = await deviceLocations.assign(tx, [assignment])
  if (full !== undefined) throw await locationFull(tx, full)
}

async function earlier(tx: Tx, requestId: string | null): Promise<number> {
  const device = requestId === null ? undefined : await devices.findByRequestId(tx, requestId)
  if (!device) throw new Error('A request id is taken, but by no device.')
  return device.id
}
