import { status } from '@grpc/grpc-js'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { refusalOf } from './_clients.js'
import { newPublicKey, startTestCore, type TestCore } from './_core.js'

let core: TestCore
beforeAll(async () => {
  core = await startTestCore()
  await core.createLocation('Office', ['10.1.1.3/29', 'fc00::1/112'])
})
afterAll(() => core.stop())

const suggest = async (count: number, location = 'OFFICE') =>
  (await core.clients.devices.suggestAddresses({ location, count })).networks
const check = async (addresses: string[], location = 'office') =>
  (await core.clients.devices.checkAddresses({ location, addresses })).checks
const refusal = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (err) => refusalOf(err),
  )

async function place(name: string, addresses: string[]) {
  const { device } = await core.clients.devices.createNetworkDevice({
    request_id: '',
    name,
    location: 'Office',
    addresses,
    owner: '',
    pubkey: newPublicKey(),
    expires_in_seconds: 0,
  })
  return device?.id ?? 0
}

it('suggests the lowest free addresses of each network, over gaps, and what is given afterwards', async () => {
  expect(await suggest(0)).toEqual([
    { network: '10.1.1.0/29', addresses: ['10.1.1.1'] },
    { network: 'fc00::/112', addresses: ['fc00::2'] },
  ])
  const holder = await place('holder', ['10.1.1.2', 'fc00::3'])
  expect(await suggest(3)).toEqual([
    { network: '10.1.1.0/29', addresses: ['10.1.1.1', '10.1.1.4', '10.1.1.5'] },
    { network: 'fc00::/112', addresses: ['fc00::2', 'fc00::4', 'fc00::5'] },
  ])
  await core.clients.devices.removeDevice({ id: holder })
  expect((await suggest(2))[0]?.addresses).toEqual(['10.1.1.1', '10.1.1.2'])
  const [v4, v6] = await suggest(1)
  const id = await place('lowest', [])
  const { device } = await core.clients.devices.getDevice({ id })
  expect(device?.locations[0]?.addresses).toEqual([v4?.addresses[0], v6?.addresses[0]])
  await core.clients.devices.removeDevice({ id })
})

it('suggests nothing in a network that is full, and goes on in the other', async () => {
  const ids = []
  for (let i = 0; i < 5; i++) ids.push(await place(`full${i}`, []))
  expect(await suggest(100)).toEqual([
    { network: '10.1.1.0/29', addresses: [] },
    { network: 'fc00::/112', addresses: expect.arrayContaining(['fc00::7']) },
  ])
  for (const id of ids) await core.clients.devices.removeDevice({ id })
})

it('says of each address whether it can be had, and why not', async () => {
  const id = await place('taken', ['10.1.1.6', 'fc00::ff'])
  const problems = {
    '10.1.1.5': '',
    'FC00:0::5': '',
    'fc00::ffff': '',
    nonsense: 'is no IP address',
    '10.1.1.1/29': 'is no IP address',
    '192.168.0.1': 'is outside of its networks',
    '10.1.1.0': 'is a network address',
    '10.1.1.7': 'is a broadcast address',
    '10.1.1.3': 'is the address of its gateway',
    'fc00::': 'is a network address',
    'fc00::1': 'is the address of its gateway',
    '10.1.1.6': 'has another device already',
    'fc00:0:0::ff': 'has another device already',
  }
  expect(await check(Object.keys(problems))).toEqual(
    Object.entries(problems).map(([address, problem]) => ({
      address,
      available: problem === '',
      problem,
    })),
  )
  await core.clients.devices.removeDevice({ id })
  expect(await check(['10.1.1.6'])).toEqual([{ address: '10.1.1.6', available: true, problem: '' }])
})

it('refuses an unknown location, and more than can be looked at', async () => {
  expect(await refusal(suggest(1, 'Nowhere'))).toMatchObject({ code: status.NOT_FOUND })
  expect(await refusal(check(['10.1.1.5'], 'Nowhere'))).toMatchObject({ code: status.NOT_FOUND })
  for (const count of [-1, 101])
    expect(await refusal(suggest(count))).toMatchObject({ message: 'count: must be 1 to 100' })
  for (const addresses of [[], Array.from({ length: 101 }, () => '10.1.1.5')])
    expect(await refusal(check(addresses))).toMatchObject({
      message: 'addresses: must be 1 to 100 addresses',
    })
})
