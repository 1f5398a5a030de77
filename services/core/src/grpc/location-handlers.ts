import type {
  Location as LocationMessage,
  LocationServiceServer,
} from '@defguard/proto/admin/v1/locations'
import type { Locations } from '../app/locations.js'
import { toPageRequest } from './page-messages.js'
import type { Calls } from './unary.js'

export function locationHandlers(calls: Calls, locations: Locations): LocationServiceServer {
  return {
    createLocation: calls.admin('write', async (request, admin) => ({
      location: toLocation(
        await locations.create(admin, {
          requestId: request.request_id,
          name: request.name,
          addresses: request.addresses,
          endpoint: request.endpoint,
          port: request.port,
          dns: request.dns,
          allowedIps: request.allowed_ips,
          allowAllGroups: request.allow_all_groups,
          allowedGroups: request.allowed_groups,
          keepaliveInterval: request.keepalive_interval,
        }),
      ),
    })),

    getLocation: calls.admin('read', async ({ name }) => ({
      location: toLocation(await locations.get(name)),
    })),

    listLocations: calls.admin('read', async ({ page }) => {
      const list = await locations.list(toPageRequest(page))
      return { locations: list.items.map(toLocation), next_page_token: list.nextPageToken }
    }),

    getServerConfig: calls.adminStream('write', async function* ({ name, sync }, admin) {
      for await (const text of locations.serverConfig(admin, name, sync)) yield { text }
    }),
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
  }
}
