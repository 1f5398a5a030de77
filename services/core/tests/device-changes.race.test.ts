import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { refusalOf } from './_clients.js'
import { newPublicKey, startTestCore, type TestCore } from './_core.js'
import { query, whileHolding } from './_database.js'

const PASSWORD = 'correct horse battery'
const ROUNDS = 5

let core: TestCore
beforeAll(async () => {
  core = await startTestCore({ devicesPerToken: 100 })
  await core.createLocation('Office', ['10.1.1.1/24', 'fc00::1/112'])
  await core.createLocation('Plant', ['10.2.2.1/24'])
})
afterAll(() => core.stop())

const rounds = Array.from({ length: ROUNDS }, (_, i) => i)
const outcome = (call: Promise<unknown>) =>
  call.then(
    () => 'done',
    (err) => refusalOf(err).reason ?? refusalOf(err).message,
  )
const poll = (token: string | undefined) =>
  core.clients.enrollment.getInstanceInfo({ polling_token: token ?? '' })
const remove = (id: number) => core.clients.devices.removeDevice({ id })
const update = (id: number, change: { name?: string; pubkey?: string }) =>
  core.clients.devices.updateDevice({
    id,
    name: change.name ?? '',
    pubkey: change.pubkey ?? '',
    update_mask: Object.keys(change),
  })

async function activated(username: string): Promise<string> {
  const session = await core.startedEnrollment(username)
  await core.activate(session, PASSWORD)
  return session
}

/** Runs calls that all wait for the same rows first, so that they really overlap. */
const together = <T>(rows: string, calls: readonly (() => Promise<T>)[]): Promise<T[]> =>
  whileHolding(core.databaseUrl, rows, calls.length, () => Promise.all(calls.map((call) => call())))

it('answers polls wholly or not at all while their device is removed', async () => {
  const session = await activated('polled')
  for (const i of rounds) {
    const made = await core.addDevice(session, `Laptop ${i}`)
    const answer = () =>
      poll(made.token).then(
        ({ device_config }) => device_config?.configs,
        (err) => refusalOf(err).reason,
      )
    const polls = Array.from({ length: 4 }, () => answer)
    const removal = async () => void (await remove(made.device.id))
    // The first use of a token takes its device's turn, as the removal does.
    const [, ...answers] = await together(
      `select from device where id = ${made.device.id} for update`,
      [removal, ...polls],
    )
    for (const seen of answers) expect([made.configs, 'token_unknown']).toContainEqual(seen)
    expect(await outcome(poll(made.token))).toBe('token_unknown')
  }
})

it('removes a device once, whoever asks how often, and gives its addresses away once', async () => {
  const session = await activated('removals')
  const made = await core.addDevice(session, 'Laptop')
  const outcomes = await together(
    `select from device where id = ${made.device.id} for update`,
    Array.from({ length: 8 }, () => () => outcome(remove(made.device.id))),
  )
  expect(outcomes.filter((word) => word === 'done')).toHaveLength(1)
  expect(outcomes.filter((word) => word === 'not_found')).toHaveLength(7)
  const next = await Promise.all(rounds.map((i) => core.addDevice(session, `Next ${i}`)))
  const addresses = next.flatMap(({ configs }) => configs.map((config) => config.assigned_ip))
  expect(new Set(addresses).size).toBe(addresses.length)
})

it('gives a name to a rename or to a new device, never to both', async () => {
  const session = await activated('namesakes')
  for (const i of rounds) {
    const { device } = await core.addDevice(session, `Old ${i}`)
    const outcomes = await together(`select from "user" where username = 'namesakes' for update`, [
      () => outcome(update(device.id, { name: `Name ${i}` })),
      () => outcome(core.addDevice(session, `NAME ${i}`)),
    ])
    expect(outcomes.sort()).toEqual(['device_name_taken', 'done'])
  }
})

it('gives a key to a changed device or to another person’s new one, never to both', async () => {
  const mine = await activated('changer')
  const theirs = await activated('creator')
  const { device } = await core.addDevice(mine, 'Laptop')
  for (const i of rounds) {
    const pubkey = newPublicKey()
    const outcomes = await together('select from location for update', [
      () => outcome(update(device.id, { pubkey })),
      () => outcome(core.addDevice(theirs, `Laptop ${i}`, pubkey)),
    ])
    expect(outcomes.sort()).toEqual(['done', 'pubkey_taken'])
  }
})

it('leaves a changed device or a repeated one when its person sends the key that an admin puts on it', async () => {
  const session = await activated('both')
  const { device } = await core.addDevice(session, 'Laptop')
  for (const i of rounds) {
    const pubkey = newPublicKey()
    const [changed, created] = await together(
      `select from "user" where username = 'both' for update`,
      [
        () => outcome(update(device.id, { pubkey })),
        () => outcome(core.addDevice(session, `Laptop ${i}`, pubkey)),
      ],
    )
    expect(created).toBe('done')
    expect(['done', 'pubkey_taken']).toContain(changed)
    const owners = await query(core.databaseUrl, 'select id from device where public_key = $1', [
      pubkey,
    ])
    expect(owners).toHaveLength(1)
  }
})

it('keeps every address either free or assigned when devices come and go at once', async () => {
  const session = await activated('churn')
  const made = await Promise.all(rounds.map((i) => core.addDevice(session, `Churn ${i}`)))
  await Promise.all([
    ...made.map(({ device }) => remove(device.id)),
    ...rounds.map((i) => core.addDevice(session, `Fresh ${i}`)),
    ...made.map(({ device }) => outcome(update(device.id, { pubkey: newPublicKey() }))),
  ])
  const overlaps = await query(
    core.databaseUrl,
    `
    select at.address from device_location at join location_free_range free
      on free.location_id = at.location_id and free.position = at.position
      and at.address between free.first and free.last`,
  )
  expect(overlaps).toEqual([])
  const [sum] = await query<{ total: string }>(
    core.databaseUrl,
    `
    select (select count(*) from device_location where position = 1)
      + (select sum(last - first + 1) from location_free_range where position = 1) as total`,
  )
  // Two /24 without network, broadcast and gateway.
  expect(Number(sum?.total)).toBe(2 * 253)
})
