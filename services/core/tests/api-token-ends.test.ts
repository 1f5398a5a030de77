import { ApiTokenState } from '@defguard/proto/admin/v1/api_tokens'
import { status } from '@grpc/grpc-js'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type As, createToken } from './_api-tokens.js'
import { HOUR_MS, startTestCore, type TestCore } from './_core.js'
import { whileHolding } from './_database.js'
import { PASSWORD, refusal } from './_mfa.js'

const NOT_LOGGED_IN = { code: status.UNAUTHENTICATED, reason: 'not_logged_in' }

let core: TestCore
beforeAll(async () => {
  core = await startTestCore()
  for (const role of ['auditor', 'user_admin'])
    await core.clients.groups.createGroup({ request_id: '', name: `${role}s`, role })
  await core.createUser('survivor')
})
afterAll(() => core.stop())

const list = (as: Record<string, string>) =>
  core.clients.users.listUsers({ page: undefined, state: 0, search: '' }, as)

/** Somebody who administers people, and has logged in. */
async function userAdmin(username: string) {
  await core.createUser(username, { groups: ['user_admins'], password: PASSWORD })
  return core.loggedIn(username, PASSWORD)
}

it('ends with its time, and is listed for 30 days more', async () => {
  const { id, as } = await createToken(core, ['users:read'], undefined, 300)
  core.advance(300_000 - 1)
  await list(as)
  core.advance(1)
  expect(await refusal(list(as))).toMatchObject(NOT_LOGGED_IN)
  const find = async () => {
    await core.core.maintain()
    const request = { page: undefined, username: 'admin' }
    const { api_tokens } = await core.clients.apiTokens.listApiTokens(request)
    return api_tokens.find((token) => token.id === id)?.state
  }
  core.advance(30 * 24 * HOUR_MS)
  expect(await find()).toBe(ApiTokenState.EXPIRED)
  core.advance(1)
  expect(await find()).toBeUndefined()
})

it.each([
  ['disabled', (username: string) => core.disable(username).then(() => core.enable(username))],
  [
    'without a role',
    async (username: string) => {
      await core.clients.groups.removeMember({ group: 'user_admins', username })
      await core.clients.groups.addMember({ group: 'user_admins', username })
    },
  ],
  [
    'given a password',
    (username: string) =>
      core.clients.users.setPassword({ username, password: 'staple of the horse' }),
  ],
  [
    'deleted',
    (username: string) => core.clients.users.deleteUser({ username, take_over_tokens: false }),
  ],
])('ends for good once its owner is %s', async (how, act) => {
  const username = `owner-${how.replaceAll(' ', '-')}`
  const { as } = await createToken(core, ['users:read'], await userAdmin(username))
  await list(as)
  await act(username)
  expect(await refusal(list(as))).toMatchObject(NOT_LOGGED_IN)
})

it('ends with the password, changed or reset by its owner', async () => {
  const uma = await userAdmin('changer')
  const first = await createToken(core, ['users:read'], uma)
  const change = { old_password: PASSWORD, new_password: 'staple of the horse' }
  await core.clients.auth.changePassword(change, uma)
  expect(await refusal(list(first.as))).toMatchObject(NOT_LOGGED_IN)
  const second = await createToken(core, ['users:read'], uma)
  await core.requestReset('changer@example.com')
  const { session_secret } = await core.startReset(await core.resetToken('changer@example.com'))
  await core.resetPassword(session_secret, PASSWORD)
  expect(await refusal(list(second.as))).toMatchObject(NOT_LOGGED_IN)
})

it('shrinks with the role of its owner', async () => {
  const uma = await userAdmin('shrinking')
  const { as } = await createToken(core, ['users:write'], uma)
  await core.clients.groups.addMember({ group: 'auditors', username: 'shrinking' })
  await core.clients.groups.removeMember({ group: 'user_admins', username: 'shrinking' })
  await list(as)
  await core.createUser('bystander')
  expect(await refusal(core.disable('bystander', as))).toMatchObject({
    code: status.PERMISSION_DENIED,
    reason: 'not_allowed',
  })
})

it.each<[string, (as: As) => Promise<unknown>, () => Promise<unknown>]>([
  [
    'a person',
    (as) => core.disable('survivor', as),
    async () => (await core.clients.users.getUser({ username: 'survivor' })).user?.is_active,
  ],
  [
    'a setting',
    async (as) => {
      const { settings } = await core.clients.settings.getSettings({}, as)
      const change = settings && { ...settings, instance_name: 'Taken' }
      const request = { settings: change, update_mask: ['instance_name'] }
      return core.clients.settings.updateSettings(request, as)
    },
    async () => (await core.clients.settings.getSettings({})).settings?.instance_name,
  ],
])(
  'does nothing to %s any more once it is revoked, also with a call on its way',
  async (_what, act, look) => {
    const { id, as } = await createToken(core, ['users:write', 'settings:write'])
    const before = await look()
    const call = whileHolding(
      core.databaseUrl,
      `update api_token set revoked_at = now() where id = ${id}`,
      1,
      () => act(as),
    )
    expect(await refusal(call)).toMatchObject(NOT_LOGGED_IN)
    expect(await look()).toBe(before)
  },
)

it('is not made in a session that is just being ended', async () => {
  const uma = await userAdmin('hurried')
  const attempt = whileHolding(
    core.databaseUrl,
    `update admin_session set ended_at = now()
     where user_id = (select id from "user" where username = 'hurried')`,
    1,
    () => createToken(core, ['users:read'], uma),
  )
  expect(await refusal(attempt)).toMatchObject(NOT_LOGGED_IN)
})
