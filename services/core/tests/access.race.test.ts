import { status } from '@grpc/grpc-js'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { createCore } from '../src/core.js'
import { addressesIn, addressProblems, createGroup, refusal, updateLocation } from './_access.js'
import { connect, refusalOf } from './_clients.js'
import { newPublicKey, startTestCore, type TestCore } from './_core.js'
import { query, whileHolding } from './_database.js'

const PEOPLE = 40
const DEVICES_EACH = 5

let core: TestCore
/** Another core on the same database. */
let second: { clients: ReturnType<typeof connect>; stop: () => Promise<void> }

beforeAll(async () => {
  core = await startTestCore()
  const other = createCore(core.config, core.seams)
  await other.start()
  const clients = connect(other.port, () => core.bearer)
  second = {
    clients,
    stop: async () => {
      clients.close()
      await other.stop()
    },
  }
})
afterAll(async () => {
  await second.stop()
  await core.stop()
})

/** As clients do: again with the same key when core was too busy to answer. */
async function persistently<T>(act: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await act()
    } catch (err) {
      if (refusalOf(err).code !== status.UNAVAILABLE) throw err
    }
  }
}

it('keeps every address in its place while devices, groups and networks change in two cores', async () => {
  for (const name of ['red', 'blue']) await createGroup(core, name)
  await core.createLocation('All', ['10.1.1.1/23', 'fd00:1::1/64'])
  await core.createLocation('Red', ['10.2.1.1/24'], { allowed_groups: ['red'] })
  await core.createLocation('Blue', ['10.3.1.9/23'], { allowed_groups: ['blue'] })
  const people = Array.from({ length: PEOPLE }, (_, i) => ({
    username: `p${i}`,
    groups: [['red'], ['blue'], ['red', 'blue'], []][i % 4] as string[],
  }))
  const sessions = await Promise.all(
    people.map(({ username, groups }) => core.startedEnrollment(username, { groups })),
  )
  const cores = [core.clients, second.clients]
  const clientsOf = (i: number) => cores[i % 2] as TestCore['clients']

  const creations = Array.from({ length: PEOPLE * DEVICES_EACH }, (_, i) => {
    const request = {
      session_secret: sessions[i % PEOPLE] as string,
      name: `device ${i}`,
      pubkey: newPublicKey(),
    }
    return persistently(() => clientsOf(i).enrollment.createDevice(request))
  })
  const memberships = people.map(async ({ username }, i) => {
    const [group, opposite] = i % 3 === 0 ? ['red', 'blue'] : ['blue', 'red']
    const { groups } = clientsOf(i + 1)
    await persistently(() => groups.addMember({ group: group as string, username }))
    await persistently(() => groups.removeMember({ group: opposite as string, username }))
  })
  const resizes = (async () => {
    const networks = [
      ['fd00:1::1/64', '10.1.0.1/16'],
      ['10.1.1.1/22'],
      ['10.1.1.1/22', 'fd00:1::5/112', '10.9.0.1/20'],
    ]
    for (const [i, addresses] of networks.entries()) {
      const clients = { clients: clientsOf(i) }
      await persistently(() => updateLocation(clients, 'All', { addresses }))
      await persistently(() => updateLocation(clients, 'Red', { addresses: [`10.2.${i}.7/22`] }))
    }
    await persistently(() => updateLocation(core, 'Blue', { allowed_groups: ['blue', 'red'] }))
  })()
  // The devices of a link that dies go, also those that are just being made.
  const revoked = people
    .slice(0, 4)
    .map(({ username }, i) =>
      persistently(() =>
        clientsOf(i).enrollments.revokeToken({ token: { id: undefined, username } }),
      ),
    )

  const outcomes = await Promise.allSettled(creations)
  await Promise.all([...memberships, resizes, ...revoked])
  const refusals = outcomes.flatMap((outcome, i) =>
    outcome.status === 'rejected' ? [{ i, ...refusalOf(outcome.reason) }] : [],
  )
  for (const { i, reason } of refusals) {
    expect({ person: i % PEOPLE < 4, reason }).toEqual({ person: true, reason: 'session_over' })
  }
  const [devices] = await query<{ count: number }>(
    core.databaseUrl,
    'select count(*)::int from device',
  )
  expect(devices?.count).toBe((PEOPLE - 4) * DEVICES_EACH)
  expect(await addressProblems(core.databaseUrl)).toEqual([])
}, 120_000)

it('gives no address to a device that is just going', async () => {
  await createGroup(core, 'late')
  await core.createLocation('Late', ['10.6.1.1/24'], { allowed_groups: ['late'] })
  const { device } = await core.addDevice(await core.startedEnrollment('leaver'), 'Laptop')
  const membership = { group: 'late', username: 'leaver' }
  const removal = `
    delete from device_location where device_id = ${device.id};
    delete from device where id = ${device.id}`
  await whileHolding(core.databaseUrl, removal, 1, () => core.clients.groups.addMember(membership))
  expect(await addressesIn(core, 'Late')).toEqual({})
})

it('looks at a location for a network device only when nobody is changing it', async () => {
  await core.createLocation('Going', ['10.7.1.1/24'])
  const change = `
    select pg_advisory_xact_lock(7230001);
    delete from location where name = 'Going'`
  const creation = () =>
    core.clients.devices.createNetworkDevice({
      request_id: '',
      name: 'homeless',
      location: 'Going',
      addresses: [],
      owner: '',
      pubkey: newPublicKey(),
      expires_in_seconds: 0,
    })
  const outcome = refusal(whileHolding(core.databaseUrl, change, 1, creation))
  expect((await outcome).message).toBe('location: no location named "Going"')
})
