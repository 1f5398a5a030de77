import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { newPublicKey, startTestCore, type TestCore } from './_core.js'
import { whileHolding } from './_database.js'

/*
 * The other things that count once have their races beside what they belong to: links, codes, polling
 * tokens, notes, people and API tokens.
 */

let core: TestCore
beforeAll(async () => {
  core = await startTestCore()
  await core.createLocation('Everywhere', ['10.0.0.1/16'])
  await core.createUser('owner', { password: 'correct horse battery' })
})
afterAll(() => core.stop())

const CALLS = 8

type Create = (request_id: string) => Promise<{ readonly id: number } | undefined>

const CREATIONS: [string, string, Create][] = [
  [
    'group',
    'group',
    async (request_id) =>
      (await core.clients.groups.createGroup({ request_id, name: 'Once', role: '' })).group,
  ],
  [
    'location',
    'location',
    async (request_id) => {
      const networks = { addresses: ['10.9.0.1/24'], dns: [], allowed_ips: [] }
      const access = { allow_all_groups: true, allowed_groups: [] }
      const place = { name: 'Once', endpoint: 'vpn.example.com', port: 51820 }
      const request = {
        request_id,
        ...place,
        ...networks,
        ...access,
        keepalive_interval: undefined,
      }
      return (await core.clients.locations.createLocation(request)).location
    },
  ],
  [
    'device',
    'device',
    async (request_id) => {
      const device = { username: 'owner', name: 'Once', pubkey: newPublicKey() }
      return (await core.clients.devices.addDevice({ request_id, ...device })).device
    },
  ],
  [
    'network device',
    'device',
    async (request_id) => {
      const device = { name: 'Once', location: 'Everywhere', addresses: [], owner: '' }
      const request = { request_id, ...device, pubkey: undefined, expires_in_seconds: 0 }
      return (await core.clients.devices.createNetworkDevice(request)).device
    },
  ],
]

it.each(CREATIONS)(
  'makes one %s of eight creations with one request id at once',
  async (_what, table, create) => {
    const requestId = randomUUID()
    const outcomes = await whileHolding(
      core.databaseUrl,
      `lock table "${table}" in share row exclusive mode`,
      CALLS,
      () => Promise.all(Array.from({ length: CALLS }, () => create(requestId))),
    )
    expect(new Set(outcomes.map((made) => made?.id)).size).toBe(1)
  },
)
