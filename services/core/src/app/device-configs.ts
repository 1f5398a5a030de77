import type { Db } from '../db/database.js'
import * as locations from '../db/locations.js'
import type { Device } from '../db/schema.js'
import { deviceConfig } from '../domain/device-config.js'
import type { Instance } from '../domain/instance.js'
import { formatEndpoint } from '../domain/location.js'

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

/** A device with everything its client needs, and a fresh polling token. */
export interface DeviceSetup {
  readonly device: Device
  readonly configs: readonly LocationConfig[]
  readonly instance: Instance
  readonly username: string
  readonly pollingToken: string
}

/** By location id. Holds nothing that varies by call: clients compare it byte for byte. */
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
