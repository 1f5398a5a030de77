import { status } from '@grpc/grpc-js'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { refusalOf } from './_clients.js'
import { newPublicKey, startTestCore, type TestCore } from './_core.js'

let core: TestCore
let session: string
beforeAll(async () => {
  core = await startTestCore()
  session = await core.startedEnrollment('zoe')
})
afterAll(() => core.stop())

/** Texts that look like `Zoé fi`, or are it in another form. */
const TWINS: [string, string][] = [
  ['in another letter case', 'ZOÉ FI'],
  ['with a combining accent', 'Zoe\u0301 fi'],
  ['with a ligature', 'Zoé \ufb01'],
  ['in full width', '\uff3a\uff4f\u00e9 \uff46\uff49'],
]
const NAME = 'Zoé fi'

async function codeOf(call: Promise<unknown>): Promise<status> {
  return call.then(
    () => status.OK,
    (err) => refusalOf(err).code,
  )
}

let pending = 0
const user = (username: string, email: string) => ({
  request_id: '',
  username,
  email,
  first_name: 'Zoé',
  last_name: 'Doe',
  phone: undefined,
  language: undefined,
  groups: [],
  password: undefined,
  invitation: undefined,
})

it.each([
  ['a Cyrillic letter', 'z\u043eed'],
  ['a ligature', '\ufb01nn'],
  ['full width', '\uff5aoed'],
  ['a combining accent', 'zoe\u0301d'],
  ['a character that nobody sees', 'zo\u200bed'],
  ['a turned direction', '\u202ezoed'],
])('takes no username with %s', async (_what, username) => {
  const call = core.clients.users.createUser(user(username, `u${pending++}@example.com`))
  expect(await codeOf(call)).toBe(status.INVALID_ARGUMENT)
})

describe.each(TWINS)('a name %s', (_how, twin) => {
  it('is that of the group there is', async () => {
    const create = (name: string) =>
      codeOf(core.clients.groups.createGroup({ request_id: '', name, role: '' }))
    await create(NAME)
    expect(await create(twin)).toBe(status.ALREADY_EXISTS)
    const { group } = await core.clients.groups.getGroup({ name: twin })
    expect(group?.name).toBe(NAME)
  })

  it('is that of the location there is', async () => {
    await core.createLocation(NAME, ['10.9.0.1/24']).catch(() => {})
    const another = core.createLocation(twin, ['10.9.0.1/24'])
    expect(await codeOf(another)).toBe(status.ALREADY_EXISTS)
  })

  it('is that of the person’s device there is', async () => {
    await core.createUser('owner', { password: 'correct horse battery' }).catch(() => {})
    const add = (name: string) =>
      core.clients.devices
        .addDevice({ request_id: '', username: 'owner', name, pubkey: newPublicKey() })
        .catch(refusalOf)
    await add(NAME)
    expect(await add(twin)).toMatchObject({ reason: 'device_name_taken' })
  })

  it('is that of the address there is', async () => {
    const addressOf = (name: string) => `${name.replace(' ', '-')}@example.com`
    const create = (name: string) =>
      codeOf(core.clients.users.createUser(user(`twin${pending++}`, addressOf(name))))
    await create(NAME)
    expect(await create(twin)).toBe(status.ALREADY_EXISTS)
  })
})

it('shows a person a device of a twin’s name as the one that is taken', async () => {
  await core.addDevice(session, NAME)
  const other = (await core.start((await core.invite('zoe')).token)).session_secret
  await core.addDevice(other, NAME)
  await core.activate(other, 'correct horse battery')
  for (const [, twin] of TWINS) {
    const refused = await core.addDevice(other, twin).catch(refusalOf)
    expect(refused).toMatchObject({ reason: 'device_name_taken' })
  }
})
