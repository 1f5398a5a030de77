import type { Db } from '../db/database.js'
import type { DescribedDevice, LocationAccess } from '../db/device-descriptions.js'
import * as pollingTokens from '../db/polling-tokens.js'
import { deviceConfig } from '../domain/device-config.js'
import { DomainError } from '../domain/errors.js'
import type { Instance } from '../domain/instance.js'
import { formatEndpoint } from '../domain/location.js'
import { newSecret } from '../domain/secret.js'
import { type InstanceUrls, toInstance } from './instance-settings.js'

/** What one device needs to connect to one location. */
export interface LocationConfig {
  readonly locationId: number
  readonly locationName: string
  readonly config: string
  readonly endpoint: string
  readonly addresses: readonly string[]
  readonly publicKey: string
  readonly allowedIps: readonly string[]
  readonly dns: readonly string[]
  readonly keepaliveInterval: number
}

/** A device with everything its client needs. Holds nothing that varies by call: clients compare it. */
export interface DeviceDescription {
  readonly device: {
    readonly id: number
    readonly name: string
    readonly publicKey: string
    /** Its owner, or the account that a network device was prepared under. */
    readonly ownerId: number
    readonly createdAt: Date
  }
  readonly configs: readonly LocationConfig[]
  readonly instance: Instance
  /** Of the owner, or of the account that a network device was prepared under. */
  readonly username: string
}

export interface DeviceSetup extends DeviceDescription {
  /** Fresh: earlier ones end when this one is first used. */
  readonly pollingToken: string
}

/** The same for every way to get it: made, asked for, polled. */
export function describe(device: DescribedDevice, urls: InstanceUrls): DeviceDescription {
  const { id, name, publicKey, createdAt, ownerId, username } = device
  if (publicKey === null || ownerId === null || username === null)
    throw new Error('A device without a key or an account cannot be described.')
  return {
    device: { id, name, publicKey, ownerId, createdAt },
    configs: device.locations.map(toLocationConfig),
    instance: toInstance(device, urls),
    username,
  }
}

/**
 * The same with a new polling token.
 * @throws DomainError `device_not_found` when the device is gone or has another key meanwhile
 */
export async function setUpClient(
  db: Db,
  device: DescribedDevice | undefined,
  urls: InstanceUrls,
  now: Date,
): Promise<DeviceSetup> {
  if (!device) throw new DomainError('device_not_found')
  const description = describe(device, urls)
  const { id: deviceId, publicKey } = description.device
  const { secret, hash } = newSecret('polling')
  const token = { deviceId, publicKey, tokenHash: hash, createdAt: now }
  if (!(await pollingTokens.insert(db, token))) throw new DomainError('device_not_found')
  return { ...description, pollingToken: secret }
}

export function toLocationConfig(location: LocationAccess): LocationConfig {
  return {
    locationId: location.id,
    locationName: location.name,
    config: deviceConfig(location, location.addresses),
    endpoint: formatEndpoint(location),
    addresses: location.addresses,
    publicKey: location.publicKey,
    allowedIps: location.allowedIps,
    dns: location.dns,
    keepaliveInterval: location.keepaliveInterval,
  }
}
