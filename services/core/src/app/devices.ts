import type { Db } from '../db/database.js'
import * as deviceDescriptions from '../db/device-descriptions.js'
import type { DeviceAddresses } from '../db/device-locations.js'
import * as deviceLocations from '../db/device-locations.js'
import type { DeviceConnection } from '../db/device-stats.js'
import * as deviceStats from '../db/device-stats.js'
import type { DeviceFilter, DeviceListEntry } from '../db/devices.js'
import * as devices from '../db/devices.js'
import type { Clock } from '../domain/clock.js'
import { DomainError } from '../domain/errors.js'
import { isPeerConnected } from '../domain/gateway.js'
import { asActor, audit } from './audit.js'
import type { LoggedIn } from './caller.js'
import { type LocationConfig, toLocationConfig } from './device-configs.js'
import { type PageOf, type PageRequest, pageOf, parsePage } from './paging.js'

export interface DevicePlace extends DeviceAddresses {
  /** What a gateway has said of it, where one has. */
  readonly connection?: (DeviceConnection & { readonly isConnected: boolean }) | undefined
}

export type DeviceView = DeviceListEntry & { readonly addresses: readonly DevicePlace[] }

/** Devices as admins see them. */
export class Devices {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
  ) {}

  async list(filter: DeviceFilter, request: PageRequest): Promise<PageOf<DeviceView>> {
    const { items, nextPageToken } = await listDeviceViews(this.db, filter, request)
    return { items: await this.withConnections(items), nextPageToken }
  }

  /** @throws DomainError `not_found` */
  async get(id: number): Promise<DeviceView> {
    const [device] = await this.withConnections([await getDeviceView(this.db, id)])
    if (!device) throw noDevice(id)
    return device
  }

  private async withConnections(views: readonly DeviceView[]): Promise<DeviceView[]> {
    const now = this.clock()
    const rows = await deviceStats.listOf(
      this.db,
      views.map(({ id }) => id),
    )
    const found = new Map(rows.map((row) => [`${row.deviceId} ${row.locationId}`, row]))
    return views.map((view) => ({
      ...view,
      addresses: view.addresses.map((at) => {
        const row = found.get(`${at.deviceId} ${at.locationId}`)
        if (!row) return at
        const { latestHandshakeAt, peerDisconnectThreshold } = row
        const isConnected =
          view.isConfigured && isPeerConnected(latestHandshakeAt, peerDisconnectThreshold, now)
        return { ...at, connection: { ...row, isConnected } }
      }),
    }))
  }

  /**
   * What a device needs for each location, or for the one that is named.
   * @throws DomainError `not_found`
   */
  async configs(reader: LoggedIn, id: number, locationName: string): Promise<LocationConfig[]> {
    const device = await deviceDescriptions.findById(this.db, id)
    if (!device) throw noDevice(id)
    const wanted = fold(locationName)
    const configs = device.locations
      .filter((location) => wanted === '' || fold(location.name) === wanted)
      .map(toLocationConfig)
    if (wanted !== '' && configs.length === 0) {
      throw new DomainError(
        'not_found',
        `the device has no address in a location named "${locationName}"`,
      )
    }
    const object = { kind: 'device', id: device.id, name: device.name } as const
    await audit(this.db, this.clock(), asActor(reader), 'device.config_read', object)
    return configs
  }
}

export async function listDeviceViews(
  db: Db,
  filter: DeviceFilter,
  request: PageRequest,
): Promise<PageOf<DeviceView>> {
  const page = parsePage(request)
  const { items, nextPageToken } = pageOf(await devices.list(db, filter, page), page)
  const ids = items.map((device) => device.id)
  const addresses = Map.groupBy(
    await deviceLocations.addressesOf(db, ids),
    (entry) => entry.deviceId,
  )
  return {
    items: items.map((device) => ({ ...device, addresses: addresses.get(device.id) ?? [] })),
    nextPageToken,
  }
}

/** @throws DomainError `not_found` */
export async function getDeviceView(db: Db, id: number): Promise<DeviceView> {
  const device = await devices.findById(db, id)
  if (!device) throw noDevice(id)
  return { ...device, addresses: await deviceLocations.addressesOf(db, [id]) }
}

export function noDevice(id: number): DomainError {
  return new DomainError('not_found', `no device with the id ${id}`)
}

function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase()
}
