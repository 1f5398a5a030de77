import { generateKeyPairSync } from 'node:crypto'
import { LocationServiceService as Locations } from '@defguard/proto/admin/v1/locations'
import { type Plan, plan } from '../plan.ts'
import type { World } from '../world.ts'

/** Where some people's devices are; not everybody's, for they would all wait for its lock. */
export const SHARED_LOCATION = 'Head office'
export const SOME = 'some'
/** All other locations are for the devices of very few, so that none of them grows with the run. */
export const FEW = 'few'

const CREATE = 'LocationService/CreateLocation'

const anyLocation = (world: World) => world.pick(world.locations, CREATE)

export const locationPlans: readonly Plan[] = [
  plan(Locations.createLocation, 'write', (world) => {
    const name = world.newName('office')
    const request = { request_id: '', name, ...shape(world), keepalive_interval: undefined }
    return { request, settle: () => world.locations.put(name) }
  }),

  plan(Locations.getLocation, 'read', async (world) => ({
    request: { name: await anyLocation(world) },
  })),

  plan(Locations.listLocations, 'read', (world) => ({ request: { page: world.page() } })),

  plan(Locations.importLocation, 'write', (world) => {
    const name = world.newName('imported')
    const dry_run = world.rng.chance(0.3)
    const config = serverConfig(world)
    return {
      request: {
        request_id: '',
        name,
        endpoint: 'vpn.example.com',
        allow_all_groups: false,
        allowed_groups: [FEW],
        config,
        dry_run,
      },
      settle() {
        if (!dry_run) world.locations.put(name)
      },
    }
  }),

  plan(Locations.updateLocation, 'write', async (world) => {
    const name = await world.take(world.locations, CREATE)
    const back = () => world.locations.put(name)
    const location = {
      ...shape(world),
      id: 0,
      name,
      pubkey: '',
      keepalive_interval: 20 + world.rng.int(10),
      peer_disconnect_threshold: 180 + world.rng.int(300),
      settings_revision: 0,
    }
    const update_mask = world.rng.pick([
      ['endpoint', 'peer_disconnect_threshold'],
      ['keepalive_interval', 'dns'],
      ['addresses'],
    ])
    const request = { name, location, update_mask, expected_settings_revision: undefined }
    return { request, settle: back, back }
  }),

  plan(Locations.deleteLocation, 'write', async (world) => ({
    request: { name: await world.take(world.locations, CREATE) },
  })),

  plan(
    Locations.getServerConfig,
    'secret',
    async (world) => ({
      request: { name: await anyLocation(world), sync: world.rng.chance(0.5) },
    }),
    { repeats: ['location key'] },
  ),

  plan(Locations.issueGatewayToken, 'secret', async (world) => ({
    request: {
      request_id: '',
      location: await anyLocation(world),
      name: world.newName('gateway'),
    },
    settle({ gateway, token }) {
      world.secrets.add('gateway token', token)
      if (gateway) world.gateways.put(gateway.id)
    },
  })),

  plan(Locations.listGateways, 'read', async (world) => ({
    request: { page: world.page(), location: await anyLocation(world) },
  })),

  plan(Locations.revokeGatewayToken, 'write', async (world) => ({
    request: { id: await world.take(world.gateways, 'LocationService/IssueGatewayToken') },
  })),
]

function shape(world: World) {
  return {
    addresses: world.rng.pick([['10.7.0.1/16'], ['10.8.0.1/16', 'fd00:8::1/64']]),
    endpoint: world.rng.pick(['vpn.example.com', '192.0.2.7', '2001:db8::7']),
    port: 51820,
    dns: world.rng.pick([[], ['10.7.0.1', 'corp.example.com']]),
    allowed_ips: world.rng.pick([[], ['10.0.0.0/8']]),
    allow_all_groups: false,
    allowed_groups: [FEW],
  }
}

function serverConfig(world: World): string {
  const { d = '' } = generateKeyPairSync('x25519').privateKey.export({ format: 'jwk' })
  const privateKey = Buffer.from(d, 'base64url').toString('base64')
  world.secrets.add('location key', privateKey)
  return `[Interface]
PrivateKey = ${privateKey}
Address = 10.9.0.1/24
ListenPort = 51820

[Peer]
PublicKey = ${world.newPublicKey()}
AllowedIPs = 10.9.0.7/32
`
}
