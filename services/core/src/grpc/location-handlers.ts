import {
  type CreateLocationRequest,
  Location as LocationMessage,
  type LocationServiceServer,
  UnmappedReason,
} from '@defguard/proto/admin/v1/locations'
import type { GatewayTokens } from '../app/gateway-tokens.js'
import type { LocationChanges } from '../app/location-changes.js'
import type { LocationImport, UnmappedReason as Reason } from '../app/location-import.js'
import type { Locations } from '../app/locations.js'
import type { LocationField, LocationInput } from '../domain/location.js'
import type { AdminCalls } from './admin-calls.js'
import { toGateway } from './gateway-messages.js'
import { toPageRequest } from './page-messages.js'
import { parseMask } from './update-mask.js'

/** Which field of the message is which of ours; also the list of paths a mask may name. */
const FIELDS = {
  name: 'name',
  addresses: 'addresses',
  endpoint: 'endpoint',
  port: 'port',
  dns: 'dns',
  allowed_ips: 'allowedIps',
  allow_all_groups: 'allowAllGroups',
  allowed_groups: 'allowedGroups',
  keepalive_interval: 'keepaliveInterval',
  peer_disconnect_threshold: 'peerDisconnectThreshold',
} as const satisfies Partial<Record<keyof LocationMessage, LocationField>>

export function locationHandlers(
  calls: AdminCalls,
  locations: Locations,
  changes: LocationChanges,
  locationImport: LocationImport,
  gateways: GatewayTokens,
): LocationServiceServer {
  return {
    createLocation: calls.admin('write', async (request, admin) => ({
      location: toLocation(
        await locations.create(admin, { requestId: request.request_id, ...toInput(request) }),
      ),
    })),

    getLocation: calls.admin('read', async ({ name }) => {
      const location = await locations.get(name)
      const { peers, connected } = await locations.countConnected(location)
      const ofLocation = await gateways.listGood(location.id)
      const status = {
        peers,
        connected_devices: connected,
        gateways: ofLocation.map(toGateway),
      }
      return { location: toLocation(location), status }
    }),

    listLocations: calls.admin('read', async ({ page }) => {
      const list = await locations.list(toPageRequest(page))
      return { locations: list.items.map(toLocation), next_page_token: list.nextPageToken }
    }),

    importLocation: calls.admin('write', async (request, admin) => {
      const imported = await locationImport.import(admin, {
        requestId: request.request_id,
        name: request.name,
        endpoint: request.endpoint,
        allowAllGroups: request.allow_all_groups,
        allowedGroups: request.allowed_groups,
        config: request.config,
        isDryRun: request.dry_run,
      })
      return {
        location: toLocation(imported.location),
        mapped: imported.mapped.map(({ line, publicKey, device, addresses }) => ({
          line,
          pubkey: publicKey,
          device_id: device.id,
          device: device.name,
          user: device.username,
          addresses: addresses.map(({ address }) => address),
        })),
        unmapped: imported.unmapped.map(({ line, publicKey, addresses, reason }) => ({
          line,
          pubkey: publicKey,
          addresses: addresses.map(({ address }) => address),
          reason: UNMAPPED_REASONS[reason],
        })),
        ignored: imported.ignored.map(({ name, line, count }) => ({ setting: name, line, count })),
        other_devices: imported.otherDevices,
      }
    }),

    updateLocation: calls.admin('write', async (request, admin) => {
      const fields = parseMask(request.update_mask, FIELDS)
      const change = toInput(request.location ?? LocationMessage.decode(new Uint8Array()))
      const expected = request.expected_settings_revision
      return {
        location: toLocation(await changes.update(admin, request.name, change, fields, expected)),
      }
    }),

    deleteLocation: calls.admin('write', async ({ name }, admin) => ({
      unreached_gateways: await changes.delete(admin, name),
    })),

    getServerConfig: calls.adminStream('secret', async function* ({ name, sync }, admin) {
      for await (const text of locations.serverConfig(admin, name, sync)) yield { text }
    }),

    // The token is worth the location's private key, as is the server's configuration.
    issueGatewayToken: calls.admin('secret', async (request, admin) => {
      const { gateway, token } = await gateways.issue(admin, {
        requestId: request.request_id,
        location: request.location,
        name: request.name,
      })
      return { gateway: toGateway(gateway), token }
    }),

    listGateways: calls.admin('read', async ({ page, location }) => {
      const list = await gateways.list({ location }, toPageRequest(page))
      return { gateways: list.items.map(toGateway), next_page_token: list.nextPageToken }
    }),

    revokeGatewayToken: calls.admin('write', async ({ id }, admin) => ({
      gateway: toGateway(await gateways.revoke(admin, id)),
    })),
  }
}

const UNMAPPED_REASONS = {
  unknown_key: UnmappedReason.UNKNOWN_KEY,
  not_allowed: UnmappedReason.NOT_ALLOWED,
  network_device: UnmappedReason.NETWORK_DEVICE,
} satisfies Record<Reason, UnmappedReason>

function toInput(
  message: Omit<CreateLocationRequest, 'request_id'> | LocationMessage,
): LocationInput {
  return {
    name: message.name,
    addresses: message.addresses,
    endpoint: message.endpoint,
    port: message.port,
    dns: message.dns,
    allowedIps: message.allowed_ips,
    allowAllGroups: message.allow_all_groups,
    allowedGroups: message.allowed_groups,
    keepaliveInterval: message.keepalive_interval,
    peerDisconnectThreshold: message.peer_disconnect_threshold,
  }
}

function toLocation(location: Awaited<ReturnType<Locations['get']>>): LocationMessage {
  return {
    id: location.id,
    name: location.name,
    addresses: location.addresses,
    endpoint: location.endpoint,
    port: location.port,
    pubkey: location.publicKey,
    dns: location.dns,
    allowed_ips: location.allowedIps,
    allow_all_groups: location.allowAllGroups,
    allowed_groups: [...location.allowedGroups],
    keepalive_interval: location.keepaliveInterval,
    peer_disconnect_threshold: location.peerDisconnectThreshold,
    settings_revision: location.settingsRevision,
  }
}
