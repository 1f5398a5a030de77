import { User } from '@defguard/proto/admin/v1/users'
import { status } from '@grpc/grpc-js'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { newPublicKey, startTestCore, type TestCore } from './_core.js'
import { refusal } from './_mfa.js'

const PASSWORD = 'correct horse battery'

let core: TestCore
beforeAll(async () => {
  core = await startTestCore()
  for (const name of ['staff', 'vpn'])
    await core.clients.groups.createGroup({ request_id: '', name, role: '' })
})
afterAll(() => core.stop())

/** Changes the fields that are given, or those of the mask. */
function update(username: string, change: Partial<User>, update_mask = Object.keys(change)) {
  return core.clients.users.updateUser({
    username,
    user: { ...User.decode(new Uint8Array()), ...change },
    update_mask,
  })
}

it('changes profile, groups and status in one request', async () => {
  await core.createUser('mover', { groups: ['staff'], password: PASSWORD })
  const { user } = await update('MOVER', {
    username: 'mover2',
    last_name: ' Married ',
    groups: ['vpn'],
    is_active: false,
    phone: undefined,
  })
  expect(user).toMatchObject({
    username: 'mover2',
    first_name: 'Jo',
    last_name: 'Married',
    email: 'mover@example.com',
    phone: undefined,
    groups: ['vpn'],
    is_active: false,
  })
})

it('changes nothing where one part of a request is refused', async () => {
  await core.createUser('taken')
  const before = await core.createUser('whole', { groups: ['staff'] })
  const call = update('whole', { email: 'TAKEN@example.com', groups: [], is_active: false })
  expect(await refusal(call)).toMatchObject({ code: status.ALREADY_EXISTS })
  expect((await core.clients.users.getUser({ username: 'whole' })).user).toEqual(before)
})

it('reports everything that is wrong with a change at once, and what it does not know', async () => {
  await core.createUser('strict')
  const bad = update('strict', { username: '_x', phone: '4*4', groups: ['ghosts'] })
  expect((await refusal(bad)).message).toMatch(/username: .*phone: .*groups: .*ghosts/)
  for (const [mask, problem] of [
    [['shoe_size'], /update_mask: .*shoe_size/],
    [[], /update_mask: names no/],
  ] as const) {
    const call = update('strict', {}, [...mask])
    expect(await refusal(call)).toMatchObject({
      code: status.INVALID_ARGUMENT,
      message: expect.stringMatching(problem),
    })
  }
  expect(await refusal(update('nobody', { phone: '1' }))).toMatchObject({ code: status.NOT_FOUND })
})

it('gives a person the addresses of the locations that their groups open, and takes them back', async () => {
  await core.createLocation('Lab', ['10.4.0.1/29'], { allowed_groups: ['vpn'] })
  const session = await core.startedEnrollment('guest')
  const pubkey = newPublicKey()
  const { configs } = await core.addDevice(session, 'Laptop', pubkey)
  await core.activate(session, PASSWORD)
  expect(configs).toEqual([])
  await update('guest', { groups: ['vpn'] })
  expect(await core.clients.serverConfig('Lab', true)).toContain(pubkey)
  await update('guest', { groups: ['staff'] })
  expect(await core.clients.serverConfig('Lab', true)).not.toContain(pubkey)
})

it('revokes what somebody issued when they lose the right to issue', async () => {
  await core.createUser('former', { groups: ['admin', 'staff'], password: PASSWORD })
  await core.createUser('invitee')
  const former = await core.loggedIn('former', PASSWORD)
  const { token } = await core.invite('invitee', {}, former)
  const { user, revoked_tokens } = await update('former', { groups: ['staff'] })
  expect(user?.groups).toEqual(['staff'])
  expect(revoked_tokens).toMatchObject([{ user: 'invitee' }])
  expect(await refusal(core.start(token))).toMatchObject({ reason: 'token_revoked' })
  expect(await refusal(core.invite('invitee', {}, former))).toMatchObject({
    reason: 'not_logged_in',
  })
  const again = await core.loggedIn('former', PASSWORD)
  expect(await refusal(core.invite('invitee', {}, again))).toMatchObject({ reason: 'not_allowed' })
})
