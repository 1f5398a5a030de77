import type { Tx } from '../db/database.js'
import * as deviceLocations from '../db/device-locations.js'
import * as devices from '../db/devices.js'
import * as locations from '../db/locations.js'
import type { Device, Settings } from '../db/schema.js'
import { type DeviceName, type PublicKey, publicKeyTaken } from '../domain/device.js'
import { DomainError } from '../domain/errors.js'
import type { Sealer } from '../domain/sealing.js'
import { newDeviceMail } from '../mail/messages.js'
import type { Caller } from './caller.js'
import { whomToTell } from './contacts.js'
import { languageOf } from './instance-settings.js'
import { locationFull } from './location-full.js'
import { enqueue } from './outbox.js'

export interface NewDevice {
  readonly name: DeviceName
  readonly publicKey: PublicKey
  readonly enrollmentTokenId: number | null
  readonly enrollmentSessionId: number | null
  readonly requestId: string | null
}

/** Whose device it is going to be. */
export interface Owner {
  readonly userId: number
  readonly email: string
  readonly language: string | null
}

interface Circumstances {
  readonly settings: Settings
  /** The owner's client; undefined when an admin adds the device. */
  readonly client: Caller | undefined
  /** Who is told when the owner knows nothing of it, if the instance names nobody. */
  readonly issuedBy: number | null
  readonly now: Date
}

/**
 * The one way to a person's device, whoever adds it. Callers share the access (`shareAccess`), then
 * hold the person's row, so that devices of one person are counted one after the other.
 */
export class NewDevices {
  constructor(
    private readonly sealer: Sealer,
    /** Undefined for any number. */
    private readonly devicesPerUser: number | undefined,
  ) {}

  /**
   * The person's device of this key, if there is one.
   * @throws DomainError `pubkey_taken` when it is somebody else's, or a location's
   */
  async findOwn(tx: Tx, userId: number, key: PublicKey): Promise<Device | undefined> {
    const device = await devices.findByPublicKey(tx, key)
    const isForeign = device && device.userId !== userId
    if (isForeign || (await locations.isPublicKeyTaken(tx, key))) throw publicKeyTaken()
    return device
  }

  /**
   * Makes a device with an address in every location its person may use, and tells them.
   * @throws DomainError `device_limit`, `device_name_taken`, `location_full`
   */
  async add(
    tx: Tx,
    owner: Owner,
    device: NewDevice,
    circumstances: Circumstances,
  ): Promise<Device> {
    const { userId } = owner
    const limit = this.devicesPerUser
    if (limit !== undefined && (await devices.hasAtLeast(tx, userId, limit)))
      throw new DomainError('device_limit')
    const made = await devices.insert(tx, { ...device, userId, createdAt: circumstances.now })
    await assignEverywhere(tx, made.id, userId)
    if (circumstances.settings.notifyUserNewDevice)
      await this.tell(tx, owner, { ...device, id: made.id }, circumstances)
    return made
  }

  private async tell(
    tx: Tx,
    owner: Owner,
    device: NewDevice & { readonly id: number },
    { settings, client, issuedBy, now }: Circumstances,
  ): Promise<void> {
    const addresses = await deviceLocations.addressesOf(tx, [device.id])
    const mail = newDeviceMail(owner.email, languageOf(owner, settings), {
      instanceName: settings.instanceName,
      deviceName: device.name,
      publicKey: device.publicKey,
      locations: addresses.map((at) => ({ name: at.locationName, addresses: at.addresses })),
      addedAt: now.toISOString(),
      clientAddress: client?.ip,
      clientDevice: client?.userAgent,
      tell: await whomToTell(tx, issuedBy, settings),
    })
    await enqueue(tx, this.sealer, mail, now)
  }
}

/** An address in every location the device's person may use; a full one stops everything. */
async function assignEverywhere(tx: Tx, deviceId: number, userId: number): Promise<void> {
  const locationIds = await locations.accessibleIds(tx, userId)
  await locations.bump(tx, locationIds)
  const assignments = locationIds.map((locationId) => ({ deviceId, locationId }))
  const [full] = await deviceLocations.assign(tx, assignments)
  if (full !== undefined) throw await locationFull(tx, full)
}
