import { status } from '@grpc/grpc-js'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import pg from 'pg'
import { refusalOf } from './_clients.js'
import { newPublicKey, startTestCore, type TestCore } from './_core.js'

let core: TestCore
beforeAll(async () => {
  core = await startTestCore()
})
afterAll(() => core.stop())

/** Addresses that are assigned, free, or lost, straight from the tables. */
async function addressSpace(location: string) {
  const client = new pg.Client(core.databaseUrl)
  await client.connect()
  try {
    const assigned = await client.query<{ address: string }>(
      `select host(address) as address from device_location
       join location on location.id = location_id where name = $1 order by device_location.address`,
      [location],
    )
    const free = await client.query<{ count: string }>(
      `select coalesce(sum(last - first + 1), 0) as count from location_free_range
       join location on location.id = location_id where name = $1`,
      [location],
    )
    const leftovers = await client.query<{ devices: number; tokens: number }>(
      `select (select count(*)::int from device) as devices, (select count(*)::int from polling_token) as tokens`,
    )
    return {
      assigned: assigned.rows.map((row) => row.address),
      free: Number(free.rows[0]?.count),
      devices: leftovers.rows[0]?.devices,
      pollingTokens: leftovers.rows[0]?.tokens,
    }
  } finally {
    await client.end()
  }
}

it('gives forty racing people the addresses of a /27 once each, and leaves nothing of the rest', async () => {
  await core.createLocation('Narrow', ['10.2.0.1/27'])
  const sessions = await Promise.all(
    Array.from({ length: 40 }, (_, i) => core.startedEnrollment(`racer${i}`)),
  )
  const outcomes = await Promise.allSettled(
    sessions.map((sessionSecret) => core.addDevice(sessionSecret, 'Laptop')),
  )
  const given = outcomes.flatMap((outcome) =>
    outcome.status === 'fulfilled' ? [outcome.value.configs[0]?.assigned_ip] : [],
  )
  // A /27 has 32 addresses; network, broadcast and gateway are nobody's.
  expect(given).toHaveLength(29)
  expect(new Set(given).size).toBe(29)
  for (const outcome of outcomes) {
    if (outcome.status === 'fulfilled') continue
    expect(refusalOf(outcome.reason)).toEqual({
      code: status.RESOURCE_EXHAUSTED,
      message: 'no free address in location Narrow',
      reason: 'location_full',
    })
  }
  const space = await addressSpace('Narrow')
  expect(space.assigned).toEqual(Array.from({ length: 29 }, (_, i) => `10.2.0.${i + 2}`))
  expect(space).toMatchObject({ free: 0, devices: 29, pollingTokens: 29 })
})

it('takes no address anywhere when one of the locations is full', async () => {
  await core.createLocation('Wide', ['10.3.0.1/24'])
  const before = await addressSpace('Wide')
  const sessionSecret = await core.startedEnrollment('unlucky')
  const refusal = await core.addDevice(sessionSecret, 'Laptop').catch((err) => err)
  expect(refusalOf(refusal).reason).toBe('location_full')
  expect(await addressSpace('Wide')).toEqual(before)
  await core.clients.enrollment.getSession({ session_secret: sessionSecret })
})

it('misses no device when a location opens while devices are being made', async () => {
  const other = await startTestCore()
  const sessions = await Promise.all(
    Array.from({ length: 12 }, (_, i) => other.startedEnrollment(`early${i}`)),
  )
  await Promise.all([
    ...sessions.slice(0, 6).map((secret) => other.addDevice(secret, 'Laptop')),
    other.createLocation('New', ['10.4.0.1/24', 'fd00::1/64']),
    ...sessions.slice(6).map((secret) => other.addDevice(secret, 'Laptop')),
  ])
  const { devices } = await other.clients.devices.listDevices({
    page: undefined,
    username: '',
    location: 'new',
  })
  expect(devices).toHaveLength(12)
  const addresses = devices.flatMap((device) => device.locations[0]?.addresses ?? [])
  expect(new Set(addresses).size).toBe(24)
  await other.stop()
})

it('refuses a location that cannot hold the devices of the people who may use it', async () => {
  const other = await startTestCore()
  for (const name of ['a1', 'a2'])
    await other.addDevice(await other.startedEnrollment(name), 'Laptop')
  const refusal = await other.createLocation('Tiny', ['10.5.0.1/30']).catch((err) => err)
  expect(refusalOf(refusal)).toMatchObject({
    code: status.RESOURCE_EXHAUSTED,
    reason: 'location_full',
  })
  const { locations } = await other.clients.locations.listLocations({ page: undefined })
  expect(locations).toEqual([])
  await other.stop()
})

it('gives a key that two people race for to one of them', async () => {
  const other = await startTestCore()
  const sessions = [await other.startedEnrollment('twin1'), await other.startedEnrollment('twin2')]
  const key = newPublicKey()
  const outcomes = await Promise.allSettled(
    sessions.map((secret) => other.addDevice(secret, 'Laptop', key)),
  )
  const refused = outcomes.flatMap((outcome) =>
    outcome.status === 'rejected' ? [refusalOf(outcome.reason).reason] : [],
  )
  expect(refused).toEqual(['pubkey_taken'])
  await other.stop()
})
