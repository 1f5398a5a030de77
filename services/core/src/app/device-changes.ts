import { lockRequest, shareAccess } from '../db/advisory-locks.js'
import { type Db, inTransaction, type Tx } from '../db/database.js'
import * as devices from '../db/devices.js'
import * as tokenEnds from '../db/enrollment-token-ends.js'
import type { Device } from '../db/schema.js'
import * as settingsRow from '../db/settings.js'
import type { Clock } from '../domain/clock.js'
import {
  type DeviceName,
  type PublicKey,
  parseDeviceName,
  parsePublicKey,
} from '../domain/device.js'
import { assertNoViolations, DomainError, type Violation } from '../domain/errors.js'
import { asActor, audit } from './audit.js'
import type { UserAdmin } from './caller.js'
import { parseField } from './device-fields.js'
import { replaceKey } from './device-key.js'
import { lockDevice } from './device-lock.js'
import { removeDevice } from './device-removal.js'
import { type DeviceView, getDeviceView } from './devices.js'
import type { NewDevices } from './new-devices.js'
import { parseRequestId } from './request-id.js'
import { lockTarget, type Target } from './targets.js'
import { endTokens } from './token-ends.js'

export interface DeviceOfPerson {
  readonly requestId: string
  readonly username: string
  readonly name: string
  readonly publicKey: string
}

/** What is to change; what is absent stays. */
export interface DeviceChange {
  readonly name?: string
  readonly publicKey?: string
}

interface Draft {
  readonly name: DeviceName
  readonly publicKey: PublicKey
  readonly requestId: string | null
}

/** What admins do to devices. */
export class DeviceChanges {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly newDevices: NewDevices,
  ) {}

  /**
   * Adds a device to an active person: one of a pending person would not outlive their activation.
   * The same request id, or the same person's same key, again is the same device.
   * @throws DomainError `invalid_argument` with every problem, `user_disabled`,
   * `user_not_activated`, `pubkey_taken`, `device_name_taken`, `device_limit`, `location_full`, and
   * those of `lockTarget`
   */
  async add(admin: UserAdmin, request: DeviceOfPerson): Promise<DeviceView> {
    const draft = parse(request)
    return inTransaction(this.db, async (tx) => {
      await lockRequest(tx, draft.requestId)
      await shareAccess(tx)
      const person = await lockTarget(tx, admin, request.username)
      const device =
        (await findByRequestId(tx, draft.requestId)) ??
        (await this.addTo(tx, admin, person, draft, this.clock()))
      return getDeviceView(tx, device.id)
    })
  }

  /**
   * Renames a device or puts another key on it. Whatever the earlier key's client could ask for ends.
   * @throws DomainError `invalid_argument` with every problem, `pubkey_taken`,
   * `device_name_taken`, `already_exists`, and those of `lockDevice`
   */
  async update(admin: UserAdmin, id: number, change: DeviceChange): Promise<DeviceView> {
    const violations: Violation[] = []
    const { name, publicKey } = parseChange(change, violations)
    assertNoViolations(violations)
    return inTransaction(this.db, async (tx) => {
      const now = this.clock()
      const device = await lockDevice(tx, admin, id)
      const isRenamed = name !== undefined && name !== device.name
      const isRekeyed = publicKey !== undefined && publicKey !== device.publicKey
      if (isRenamed) await devices.rename(tx, id, name)
      if (isRekeyed) await this.rekey(tx, device, publicKey, now)
      const changed = [...(isRenamed ? ['name'] : []), ...(isRekeyed ? ['pubkey'] : [])]
      if (changed.length > 0) {
        const object = { kind: 'device', id, name: name ?? device.name } as const
        await audit(tx, now, asActor(admin), 'device.updated', object, { details: { changed } })
      }
      return getDeviceView(tx, id)
    })
  }

  /** @throws those of `lockDevice` */
  async remove(admin: UserAdmin, id: number): Promise<void> {
    await inTransaction(this.db, async (tx) => {
      await shareAccess(tx)
      const device = await lockDevice(tx, admin, id)
      await removeDevice(tx, asActor(admin), device, this.clock())
    })
  }

  private async addTo(
    tx: Tx,
    admin: UserAdmin,
    person: Target,
    draft: Draft,
    now: Date,
  ): Promise<Device> {
    if (!person.isActive) throw new DomainError('user_disabled')
    if (person.passwordHash === null) throw new DomainError('user_not_activated')
    const known = await this.newDevices.findOwn(tx, person.id, draft.publicKey)
    if (known) return known
    const device = await this.newDevices.add(
      tx,
      { userId: person.id, email: person.email, language: person.language },
      { ...draft, enrollmentTokenId: null, enrollmentSessionId: null },
      {
        settings: await settingsRow.get(tx),
        client: undefined,
        issuedBy: admin.userId,
        now,
      },
    )
    const object = { kind: 'device', id: device.id, name: device.name } as const
    await audit(tx, now, asActor(admin), 'device.added', object, { details: { user: person.id } })
    return device
  }

  private async rekey(tx: Tx, device: Device, publicKey: PublicKey, now: Date): Promise<void> {
    if (device.userId === null) {
      // A token that waits would let its holder put yet another key there.
      const revoked = await tokenEnds.revokeOpenOfDevice(tx, device.id, now)
      await endTokens(tx, revoked, undefined, now)
    }
    await replaceKey(tx, device.id, publicKey)
  }
}

function parse(request: DeviceOfPerson): Draft {
  const violations: Violation[] = []
  const { name, publicKey } = parseChange(request, violations)
  const requestId = parseRequestId(request.requestId, violations)
  assertNoViolations(violations)
  if (name === undefined || publicKey === undefined)
    throw new Error('A problem was found, but not told.')
  return { name, publicKey, requestId }
}

function parseChange({ name, publicKey }: DeviceChange, violations: Violation[]) {
  return {
    name:
      name === undefined ? undefined : parseField('name', violations, () => parseDeviceName(name)),
    publicKey:
      publicKey === undefined
        ? undefined
        : parseField('pubkey', violations, () => parsePublicKey(publicKey)),
  }
}

async function findByRequestId(tx: Tx, requestId: string | null): Promise<Device | undefined> {
  return requestId === null ? undefined : devices.findByRequestId(tx, requestId)
}
