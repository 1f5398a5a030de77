import type { Db, Tx } from '../db/database.js'
import * as locations from '../db/locations.js'
import * as pollingTokens from '../db/polling-tokens.js'
import type { Device, Settings } from '../db/schema.js'
import { deviceConfig } from '../domain/device-config.js'
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

/** A device that has a key; `username` is its person's, which a network device does not have. */
export type KeyedDevice = Device & { readonly username?: string | null }

/** The same for every way to get it: made, asked for, polled. */
export async function describeDevice(
  db: Db,
  device: KeyedDevice,
  settings: Settings,
  urls: InstanceUrls,
): Promise<DeviceDescription> {
  const ownerId = device.userId ?? device.preparedForId
  const username = device.username ?? device.preparedForName
  if (device.publicKey === null || ownerId === null || username === null)
    throw new Error('A device without a key or an account cannot be described.')
  const { id, name, publicKey, createdAt } = device
  return {
    device: { id, name, publicKey, ownerId, createdAt },
    configs: await locationConfigs(db, id),
    instance: toInstance(settings, urls),
    username,
  }
}

/** The same with a new polling token. */
export async function setUpClient(
  tx: Tx,
  device: KeyedDevice,
  settings: Settings,
  urls: InstanceUrls,
  now: Date,
): Promise<DeviceSetup> {
  const { secret, hash } = newSecret('polling')
  await pollingTokens.insert(tx, { deviceId: device.id, tokenHash: hash, createdAt: now })
  return { ...(await describeDevice(tx, device, settings, urls)), pollingToken: secret }
}

/** By location id. */
export async function locationConfigs(db: Db, deviceId: number): Promise<LocationConfig[]> {
  const rows = await locations.configsOf(db, deviceId)
  return rows.map((location) => ({
    locationId: location.id,
    locationName: location.name,
    config: deviceConfig(location, location.addresses),
    endpoint: formatEndpoint(location),
    addresses: location.addresses,
    publicKey: location.publicKey,
    allowedIps: location.allowedIps,
    dns: location.dns,
    keepaliveInterval: location.keepaliveInterval,
  }))
}
