import { shareAccess } from '../db/advisory-locks.js'
import { type Db, inTransaction, type Tx } from '../db/database.js'
import * as deviceDescriptions from '../db/device-descriptions.js'
import * as devices from '../db/devices.js'
import * as enrollmentSessions from '../db/enrollment-sessions.js'
import * as enrollmentTokens from '../db/enrollment-tokens.js'
import * as pollingTokens from '../db/polling-tokens.js'
import type { Device, Settings } from '../db/schema.js'
import * as settingsRow from '../db/settings.js'
import type { Clock } from '../domain/clock.js'
import {
  deviceNameTaken,
  type PublicKey,
  parseDeviceName,
  parsePublicKey,
} from '../domain/device.js'
import { DomainError } from '../domain/errors.js'
import { audit } from './audit.js'
import type { CallLimits } from './call-limits.js'
import type { Caller } from './caller.js'
import { type DeviceSetup, setUpClient } from './device-configs.js'
import { assertManagesOwnDevices } from './device-management.js'
import type { InstanceUrls } from './instance-settings.js'
import { isOfNetworkDevice, putKey } from './network-device-key.js'
import type { NewDevices } from './new-devices.js'
import { admit, type LiveSession, sessionHash } from './session-gate.js'

/** The devices that people add for themselves while they enroll. */
export class EnrollmentDevices {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly urls: InstanceUrls,
    private readonly newDevices: NewDevices,
    private readonly devicesPerToken: number,
    private readonly limits: CallLimits,
  ) {}

  /**
   * Adds a device with an address in every location its person may use, or nothing at all. The same
   * key again is the same device. With the token of a network device: gives that one its key.
   * @throws DomainError of the session, `invalid_pubkey`, `pubkey_taken`, `devices_admin_only`,
   * `device_name_…`, `device_limit`, `location_full`, `location_not_found`, `rate_limited`
   */
  async create(
    request: { sessionSecret: string; name: string; publicKey: string },
    caller: Caller,
  ): Promise<DeviceSetup> {
    const hash = sessionHash(request.sessionSecret)
    const now = this.clock()
    await this.limits.countSession(hash, now)
    return inTransaction(this.db, async (tx) => {
      // Before any row: whoever changes access holds this first, and then people.
      await shareAccess(tx)
      const context = await enrollmentSessions.lock(tx, hash)
      const session = admit(context, now, 'device_user_disabled')
      const publicKey = parsePublicKey(request.publicKey)
      const settings = await settingsRow.get(tx)
      if (isOfNetworkDevice(session)) {
        const device = await putKey(tx, session, publicKey, caller, now)
        return this.setUp(tx, device, now)
      }
      await assertManagesOwnDevices(tx, session.userId, settings)
      const device =
        (await this.newDevices.findOwn(tx, session.userId, publicKey)) ??
        (await this.add(tx, session, { publicKey, name: request.name }, settings, caller, now))
      return this.setUp(tx, device, now)
    })
  }

  /**
   * The configuration of a device the person has, with a new polling token, which is all it writes.
   * @throws DomainError of the session, `invalid_pubkey`, `device_not_found`, `device_of_other_user`,
   * `rate_limited`
   */
  async find(request: { sessionSecret: string; publicKey: string }): Promise<DeviceSetup> {
    const hash = sessionHash(request.sessionSecret)
    const now = this.clock()
    const context = await enrollmentSessions.find(this.db, hash)
    const session = admit(context, now, 'network_info_user_disabled')
    await this.limits.countSession(hash, now)
    const publicKey = parsePublicKey(request.publicKey)
    const device = await deviceDescriptions.findByPublicKey(this.db, publicKey)
    if (device && !isOf(session, device)) throw new DomainError('device_of_other_user')
    return setUpClient(this.db, device, this.urls, now)
  }

  /**
   * Keeps a mobile client's authentication key with a device of the session's person.
   * @throws DomainError of the session, `invalid_pubkey`, `mobile_device_unknown`, `rate_limited`
   */
  async registerMobile(
    request: { sessionSecret: string; authKey: string; deviceKey: string },
    caller: Caller,
  ): Promise<void> {
    const hash = sessionHash(request.sessionSecret)
    const now = this.clock()
    await this.limits.countSession(hash, now)
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
    if (!(await enrollmentTokens.countDevice(tx, session.tokenId, this.devicesPerToken, now)))
      throw new DomainError('device_limit')
    const device = await this.newDevices.add(
      tx,
      session,
      { ...owner, name, requestId: null },
      { settings, client: caller, issuedBy: session.issuedBy, now },
    )
    const object = { kind: 'device', id: device.id, name } as const
    const details = { token: session.tokenId }
    await audit(tx, now, actor, 'enrollment.device_added', object, { details })
    return device
  }
}

/** Whether a session may act on a device: its person's, or the one that its token is for. */
function isOf(session: LiveSession, device: { id: number; userId: number | null }): boolean {
  return isOfNetworkDevice(session)
    ? device.id === session.deviceId
    : device.userId === session.userId
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
  if (session.passwordHash !== null || !isOwnMistake) throw deviceNameTaken()
  const rekeyed = await devices.rekey(tx, device.id, owner)
  if (!rekeyed) throw deviceNameTaken()
  // Whoever has the earlier key must not learn what the device is given from now on.
  await pollingTokens.endOfDevice(tx, rekeyed.id)
  return rekeyed
}
