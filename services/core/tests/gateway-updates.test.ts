import { status } from '@grpc/grpc-js'
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { createCore } from '../src/core.js'
import { createGroup, refusal, updateLocation } from './_access.js'
import { newPublicKey, startTestCore, type TestCore, waitFor } from './_core.js'
import { query, whileAway } from './_database.js'
import {
  activePerson,
  addDevice,
  byKey,
  type Follower,
  followLocation,
  HEADERS,
  issueToken,
  TestGateway,
  type Update,
} from './_gateway.js'

let core: TestCore
const open: TestGateway[] = []
beforeEach(async () => {
  core = await startTestCore()
  await core.createLocation('Office', ['10.1.1.1/24'])
})
afterEach(async () => {
  for (const gateway of open.splice(0)) gateway.close()
  await core.stop()
})

const gatewayWith = (token: string, port = core.core.gatewayPort) => {
  const gateway = new TestGateway(port, { ...HEADERS, authorization: token })
  open.push(gateway)
  return gateway
}

async function follow(location = 'Office') {
  const following = await followLocation(core, location)
  open.push(following.gateway)
  return following
}

/** `CREATE anna 10.1.1.2`: the updates after the first, with names for the keys. */
function story(updates: readonly Update[], names: Readonly<Record<string, string>>): string[] {
  return updates.slice(1).map(({ update_type, peer, network }) => {
    const what = network ? `network of ${network.peers.length}` : names[peer?.pubkey ?? '']
    return [update_type, what, ...(peer?.allowed_ips ?? [])].join(' ')
  })
}

/** What a gateway has made of its updates is what it would be told anew. */
async function expectInStep(gateway: TestGateway, follower: Follower): Promise<void> {
  const { config } = await gateway.config()
  await waitFor(() => (follower.now.peers.length === config.peers.length ? true : undefined))
  expect(follower.now).toEqual({ ...config, peers: byKey(config.peers) })
}

it('says at once that it is there, and then everything', async () => {
  const { token } = await issueToken(core, 'Office')
  const follower = gatewayWith(token).updates()
  const metadata = await follower.opened
  expect(String(metadata.get('defguard-component-version'))).toMatch(/^1\.6\.6\+/)
  expect(metadata.get('defguard-component-system')).toHaveLength(1)
  const [first] = await follower.seen(1)
  expect(first).toMatchObject({ update_type: 'MODIFY', network: { name: 'Office', peers: [] } })
})

it('tells each change of a person and their devices with one message, or two for a key', async () => {
  await createGroup(core, 'staff')
  const { gateway, follower } = await follow()
  const [key, other, second] = [newPublicKey(), newPublicKey(), newPublicKey()]
  const names = { [key]: 'anna', [other]: 'new', [second]: 'second' }
  const session = await core.startedEnrollment('anna')
  await core.addDevice(session, 'laptop', key)
  const device = (
    await core.clients.devices.listDevices({ page: undefined, username: 'anna', location: '' })
  ).devices[0]
  const id = device?.id ?? 0
  const steps: (() => Promise<unknown>)[] = [
    () => core.activate(session, 'Correct-Anna-Battery-1'),
    () => core.disable('anna'),
    () => core.enable('anna'),
    () =>
      core.clients.devices.updateDevice({ id, name: '', pubkey: other, update_mask: ['pubkey'] }),
    () => addDevice(core, 'anna', second),
    () => core.clients.devices.removeDevice({ id }),
    () => updateLocation(core, 'Office', { keepalive_interval: 7 }),
    () => updateLocation(core, 'Office', { allow_all_groups: false, allowed_groups: ['staff'] }),
    () => core.clients.groups.addMember({ group: 'staff', username: 'anna' }),
    () => core.clients.groups.removeMember({ group: 'staff', username: 'anna' }),
  ]
  const counts = [1, 1, 1, 2, 1, 1, 1, 1, 1, 1]
  let seen = 1
  for (const [at, step] of steps.entries()) {
    await step()
    seen += counts[at] ?? 0
    await follower.seen(seen)
  }
  expect(story(follower.updates, names)).toEqual([
    'CREATE anna 10.1.1.2',
    'DELETE anna',
    'CREATE anna 10.1.1.2',
    'DELETE anna',
    'CREATE new 10.1.1.2',
    'CREATE second 10.1.1.3',
    'DELETE new',
    'MODIFY second 10.1.1.3',
    'DELETE second',
    'CREATE second 10.1.1.2',
    'DELETE second',
  ])
  await expectInStep(gateway, follower)
})

it('tells a gateway that comes back the keepalive that was changed meanwhile, and only once', async () => {
  const { pubkey } = await activePerson(core, 'anna')
  const { gateway, follower } = await follow()
  follower.stop()
  await updateLocation(core, 'Office', { keepalive_interval: 7 })
  core.advance(600_000)
  const names = { [pubkey]: 'anna' }
  const back = gateway.updates()
  await back.seen(2)
  expect(story(back.updates, names)).toEqual(['MODIFY anna 10.1.1.2'])
  expect(back.updates[1]?.peer?.keepalive_interval).toBe(7)
  back.stop()
  const again = gateway.updates()
  await again.seen(1)
  await core.disable('anna')
  await again.seen(2)
  expect(story(again.updates, names)).toEqual(['DELETE anna'])
})

it('tells a changed interface whole, and other addresses of a peer alone', async () => {
  const anna = await activePerson(core, 'anna')
  const { gateway, follower } = await follow()
  const changes = [{ name: 'HQ' }, { port: 1000 }, { addresses: ['10.1.1.1/24', 'fd00::1/64'] }]
  for (const [at, change] of changes.entries()) {
    await updateLocation(core, at === 0 ? 'Office' : 'HQ', change)
    await follower.seen(at + 2)
  }
  expect(story(follower.updates, {})).toEqual(Array(3).fill('MODIFY network of 1'))
  expect(follower.now).toMatchObject({
    name: 'HQ',
    port: 1000,
    peers: [{ pubkey: anna.pubkey, allowed_ips: ['10.1.1.2', 'fd00::2'] }],
  })
  await expectInStep(gateway, follower)
})

it('tells only gateways of the location concerned, and nothing that was rolled back', async () => {
  await createGroup(core, 'few')
  await core.createLocation('Lab', ['10.2.1.1/29'], { allowed_groups: ['few'] })
  const [office, lab] = [await follow('Office'), await follow('Lab')]
  const anna = await activePerson(core, 'anna')
  await office.follower.seen(2)
  for (let i = 0; i < 5; i++) await activePerson(core, `few${i}`, { groups: ['few'] })
  await lab.follower.seen(6)
  // Lab is full now, so that nobody gets an address anywhere.
  await core.createUser('late', { groups: ['few'], password: 'Correct-Anna-Battery-1' })
  expect(await refusal(addDevice(core, 'late'))).toMatchObject({ reason: 'location_full' })
  await core.disable('anna')
  await waitFor(() => (office.follower.updates.at(-1)?.update_type === 'DELETE' ? true : undefined))
  expect(office.follower.updates).toHaveLength(8)
  expect(lab.follower.updates).toHaveLength(6)
  expect(office.follower.updates.at(-1)?.peer?.pubkey).toBe(anna.pubkey)
})

it('reaches gateways of every core, whichever made the change, also while some are away', async () => {
  const other = createCore(core.config, core.seams)
  await other.start()
  const { token } = await issueToken(core, 'Office')
  const gateways = [core.core, other].map(({ gatewayPort }) => gatewayWith(token, gatewayPort))
  const followers = gateways.map((gateway) => gateway.updates())
  for (const follower of followers) await follower.seen(1)
  const { pubkey } = await activePerson(core, 'anna')
  for (const follower of followers) expect((await follower.seen(2))[1]?.peer?.pubkey).toBe(pubkey)
  await other.stop()
  expect(await followers[1]?.ended).toMatchObject({ code: status.UNAVAILABLE })
  await core.disable('anna')
  await followers[0]?.seen(3)
})

it('makes up for what it missed while the database was away', async () => {
  const anna = await activePerson(core, 'anna')
  const { gateway, follower } = await follow()
  await whileAway(core.databaseUrl, async () => {})
  await query(core.databaseUrl, `update "user" set is_active = false where username = 'anna'`)
  await query(core.databaseUrl, 'update location set revision = revision + 1')
  const [, update] = await follower.seen(2)
  expect(update).toMatchObject({ update_type: 'DELETE', peer: { pubkey: anna.pubkey } })
  await expectInStep(gateway, follower)
})

it('tells what was changed between Config and Updates', async () => {
  const { token } = await issueToken(core, 'Office')
  const gateway = gatewayWith(token)
  await gateway.config()
  const { pubkey } = await activePerson(core, 'anna')
  const [first] = await gateway.updates().seen(1)
  expect(first?.network?.peers).toMatchObject([{ pubkey }])
})

it.each([
  ['its token is revoked', (id: number) => core.clients.locations.revokeGatewayToken({ id })],
  [
    'its token expires',
    async () => {
      const now = [core.time.now]
      await query(core.databaseUrl, 'update gateway set expires_at = $1', now)
      await query(core.databaseUrl, 'notify defguard_location')
    },
  ],
  ['its location is deleted', () => core.clients.locations.deleteLocation({ name: 'Office' })],
])('takes the peers from a gateway before it is sent away, when %s', async (_what, end) => {
  await activePerson(core, 'anna')
  const { id, config, follower, gateway } = await follow()
  expect(config.peers).toHaveLength(1)
  await end(id)
  expect(await follower.ended).toMatchObject({
    code: status.UNAUTHENTICATED,
    details: 'Invalid token',
  })
  expect(follower.now).toEqual({ ...config, peers: [] })
  expect(await refusal(gateway.config())).toMatchObject({ code: status.UNAUTHENTICATED })
})
