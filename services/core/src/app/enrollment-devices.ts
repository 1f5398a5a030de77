import { shareAccess } from '../db/advisory-locks.js'
import { type Db, inTransaction, type Tx } from '../db/database.js'
import * as deviceDescriptions from '../db/device-descriptions.js'
import * as deviceLocations from '../db/device-locations.js'
import * as devices from '../db/devices.js'
import * as enrollmentSessions from '../db/enrollment-sessions.js'
import * as enrollmentTokens from '../db/enrollment-tokens.js'
import * as locations from '../db/locations.js'
import * as pollingTokens from '../db/polling-tokens.js'
import type { Device, Settings } from '../db/schema.js'
import * as settingsRow from '../db/settings.js'
import * as users from '../db/users.js'
import type { Clock } from '../domain/clock.js'
import { type PublicKey, parseDeviceName, parsePublicKey } from '../domain/device.js'
import { DomainError } from '../domain/errors.js'
import type { Sealer } from '../domain/sealing.js'
import { newDeviceMail } from '../mail/messages.js'
import { audit } from './audit.js'
import type { Caller } from './caller.js'
import { whomToTell } from './contacts.js'
import { type DeviceSetup, setUpClient } from './device-configs.js'
import { type InstanceUrls, languageOf } from './instance-settings.js'
import { isOfNetworkDevice, putKey } from './network-device-key.js'
import { enqueue } from './outbox.js'
import { admit, type LiveSession, sessionHash } from './session-gate.js'

/** The devices that people add for themselves while they enroll. */
export class EnrollmentDevices {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly sealer: Sealer,
    private readonly urls: InstanceUrls,
    private readonly devicesPerToken: number,
  ) {}

  /**
   * Adds a device with an address in every location its person may use, or nothing at all. The same
   * key again is the same device. With the token of a network device: gives that one its key.
   * @throws DomainError of the session, `invalid_pubkey`, `pubkey_taken`, `devices_admin_only`,
   * `device_name_…`, `device_limit`, `location_full`, `location_not_found`
   */
  async create(
    request: { sessionSecret: string; name: string; publicKey: string },
    caller: Caller,
  ): Promise<DeviceSetup> {
    const hash = sessionHash(request.sessionSecret)
    const now = this.clock()
    return inTransaction(this.db, async (tx) => {
      const context = await enrollmentSessions.lock(tx, hash)
      const session = admit(context, now, 'device_user_disabled')
      const publicKey = parsePublicKey(request.publicKey)
      const settings = await settingsRow.get(tx)
      if (isOfNetworkDevice(session)) {
        const device = await putKey(tx, session, publicKey, caller, now)
        return this.setUp(tx, device, now)
      }
      if (settings.adminDeviceManagement) await assertAdmin(tx, session.userId)
      const device =
        (await this.findOwn(tx, session, publicKey)) ??
        (await this.add(tx, session, { publicKey, name: request.name }, settings, caller, now))
      return this.setUp(tx, device, now)
    })
  }

  /**
   * The configuration of a device the person has, with a new polling token, which is all it writes.
   * @throws DomainError of the session, `invalid_pubkey`, `device_not_found`, `device_of_other_user`
   */
  async find(request: { sessionSecret: string; publicKey: string }): Promise<DeviceSetup> {
    const hash = sessionHash(request.sessionSecret)
    const now = this.clock()
    const context = await enrollmentSessions.find(this.db, hash)
    const session = admit(context, now, 'network_info_user_disabled')
    const publicKey = parsePublicKey(request.publicKey)
    const device = await deviceDescriptions.findByPublicKey(this.db, publicKey)
    if (device && !isOf(session, device)) throw new DomainError('device_of_other_user')
    return setUpClient(this.db, device, this.urls, now)
  }

  /**
   * Keeps a mobile client's authentication key with a device of the session's person.
   * @throws DomainError of the session, `invalid_pubkey`, `mobile_device_unknown`
   */
  async registerMobile(
    request: { sessionSecret: string; authKey: string; deviceKey: string },
    caller: Caller,
  ): Promise<void> {
    const hash = sessionHash(request.sessionSecret)
    const now = this.clock()
    await inTransaction(this.db, async (tx) => {
      const context = await enrollmentSessions.find(tx, hash)
      const session = admit(context, now, 'session_user_disabled')
      const authKey = parsePublicKey(request.authKey)
      const deviceKey = parsePublicKey(request.deviceKey)
      const device = isOfNetworkDevice(session)
        ? undefined
        : await devices.setMobileAuthKey(tx, { userId: session.userId, deviceKey, authKey })
      if (!device) throw new DomainError('mobile_device_unknown')
      const actor = { kind: 'person', id: session.userId, name: session.username, caller } as const
      const object = { kind: 'device', id: device.id, name: device.name } as const
      const details = { changed: ['mobile_auth_key'] }
      await audit(tx, now, actor, 'device.updated', object, { details })
    })
  }

  private async setUp(tx: Tx, { id }: Device, now: Date): Promise<DeviceSetup> {
    return setUpClient(tx, await deviceDescriptions.findById(tx, id), this.urls, now)
  }

  private async findOwn(tx: Tx, session: LiveSession, key: PublicKey): Promise<Device | undefined> {
    const device = await devices.findByPublicKey(tx, key)
    const isForeign = device && device.userId !== session.userId
    if (isForeign || (await locations.isPublicKeyTaken(tx, key)))
      throw new DomainError('pubkey_taken')
    return device
  }

  private async add(
    tx: Tx,
    session: LiveSession,
    request: { publicKey: PublicKey; name: string },
    settings: Settings,
    caller: Caller,
    now: Date,
  ): Promise<Device> {
    const name = parseDeviceName(request.name)
    const owner = {
      publicKey: request.publicKey,
      enrollmentTokenId: session.tokenId,
      enrollmentSessionId: session.sessionId,
    }
    const sameName = await devices.findByName(tx, session.userId, name)
    const actor = { kind: 'person', id: session.userId, name: session.username, caller } as const
    if (sameName) {
      const rekeyed = await rekey(tx, session, sameName, owner)
      await audit(tx, now, actor, 'device.updated', {
        kind: 'device',
        id: rekeyed.id,
        name: rekeyed.name,
      })
      return rekeyed
    }
    if (!(await enrollmentTokens.countDevice(tx, session.tokenId, this.devicesPerToken, now))) {
      throw new DomainError('device_limit')
    }
    const device = await devices.insert(tx, {
      userId: session.userId,
      name,
      createdAt: now,
      ...owner,
    })
    await assignEverywhere(tx, device.id, session.userId)
    if (settings.notifyUserNewDevice) {
      await this.notify(
        tx,
        session,
        { ...device, publicKey: owner.publicKey },
        settings,
        caller,
        now,
      )
    }
    await audit(tx, now, actor, 'enrollment.device_added', { kind: 'device', id: device.id, name })
    return device
  }

  private async notify(
    tx: Tx,
    session: LiveSession,
    device: Device & { readonly publicKey: PublicKey },
    settings: Settings,
    caller: Caller,
    now: Date,
  ): Promise<void> {
    const { publicKey } = device
    const addresses = await deviceLocations.addressesOf(tx, [device.id])
    const mail = newDeviceMail(session.email, languageOf(session, settings), {
      instanceName: settings.instanceName,
      deviceName: device.name,
      publicKey,
      locations: addresses.map((at) => ({ name: at.locationName, addresses: at.addresses })),
      addedAt: now.toISOString(),
      clientAddress: caller.ip,
      clientDevice: caller.userAgent,
      tell: await whomToTell(tx, session.issuedBy, settings),
    })
    await enqueue(tx, this.sealer, mail, now)
  }
}

/** Whether a session may act on a device: its person's, or the one that its token is for. */
function isOf(session: LiveSession, device: { id: number; userId: number | null }): boolean {
  return isOfNetworkDevice(session)
    ? device.id === session.deviceId
    : device.userId === session.userId
}

async function assertAdmin(tx: Tx, userId: number): Promise<void> {
  const { groups } = await users.get(tx, userId)
  if (!groups.some((group) => group.role === 'admin')) throw new DomainError('devices_admin_only')
}

/**
 * A client that makes a new key for each click has lost an answer when its name comes again. That is
 * only believed of a person not yet enrolled, from the session that made the device or after an
 * earlier token, and never once the device has polled.
 */
async function rekey(
  tx: Tx,
  session: LiveSession,
  device: Device,
  owner: { publicKey: PublicKey; enrollmentTokenId: number; enrollmentSessionId: number },
): Promise<Device> {
  const isOwnMistake =
    device.enrollmentSessionId === session.sessionId || device.enrollmentTokenId !== session.tokenId
  if (session.passwordHash !== null || !isOwnMistake) throw new DomainError('device_name_taken')
  const rekeyed = await devices.rekey(tx, device.id, owner)
  if (!rekeyed) throw new DomainError('device_name_taken')
  // Whoever has the earlier key must not learn what the device is given from now on.
  await pollingTokens.endOfDevice(tx, rekeyed.id)
  return rekeyed
}

/** An address in every location the device's person may use; a full one stops everything. */
async function assignEverywhere(tx: Tx, deviceId: number, userId: number): Promise<void> {
  await shareAccess(tx)
  const locationIds = await locations.accessibleIds(tx, userId)
  await locations.bump(tx, locationIds)
  const assignments = locationIds.map((locationId) => ({ deviceId, locationId }))
  const [full] = await deviceLocations.assign(tx, assignments)
  if (full !== undefined) throw await locationFull(tx, full)
}

export async function locationFull(tx: Tx, locationId: number): Promise<DomainError> {
  return new DomainError(
    'location_full',
    `no free address in location ${await locations.nameOf(tx, locationId)}`,
  )
}
