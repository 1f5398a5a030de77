import type { ImportUsersRequest } from '@defguard/proto/admin/v1/users'
import { status } from '@grpc/grpc-js'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createCore } from '../src/core.js'
import { connect, refusalOf } from './_clients.js'
import { startTestCore, type TestCore } from './_core.js'
import { PASSWORD, refusal } from './_mfa.js'

const NOT_LOGGED_IN = { code: status.UNAUTHENTICATED, reason: 'not_logged_in' }

let core: TestCore
beforeAll(async () => {
  core = await startTestCore()
  for (const role of ['auditor', 'user_admin', 'none'])
    await core.clients.groups.createGroup({ request_id: '', name: `${role}s`, role })
})
afterAll(() => core.stop())

const whoAmI = (as: Record<string, string>) => core.clients.auth.whoAmI({}, as)

/** Somebody who has just logged in. */
async function person(username: string, groups: string[] = []) {
  const { user } = await core.clients.users
    .getUser({ username })
    .catch(async () => ({ user: await core.createUser(username, { groups, password: PASSWORD }) }))
  if (!user) throw new Error('no user came back')
  return { user, as: await core.loggedIn(username, PASSWORD) }
}

const update = async (username: string, groups: string[]) => {
  const { user } = await core.clients.users.getUser({ username })
  if (!user) throw new Error('no user came back')
  await core.clients.users.updateUser({
    username,
    user: { ...user, groups },
    update_mask: ['groups'],
  })
}
const setRole = (name: string, role: string) =>
  core.clients.groups.updateGroup({
    name,
    group: { id: 0, name, role, member_count: 0 },
    update_mask: ['role'],
  })

describe('a change of role ends the sessions of whom it is about', () => {
  const { addMember, removeMember } = {
    addMember: (group: string, username: string) =>
      core.clients.groups.addMember({ group, username }),
    removeMember: (group: string, username: string) =>
      core.clients.groups.removeMember({ group, username }),
  }
  it.each<[string, string[], (username: string) => Promise<unknown>]>([
    ['a membership that gives one', [], (username) => addMember('auditors', username)],
    ['a membership that gives a stronger one', ['auditors'], (u) => addMember('admin', u)],
    ['a membership that ends', ['user_admins'], (u) => removeMember('user_admins', u)],
    ['a weaker one that goes', ['user_admins', 'auditors'], (u) => removeMember('auditors', u)],
    ['an update that gives one', ['nones'], (username) => update(username, ['nones', 'admin'])],
    ['an update that takes one', ['auditors'], (username) => update(username, [])],
  ])('%s', async (how, groups, act) => {
    const username = how.replaceAll(' ', '-')
    const { as } = await person(username, groups)
    await whoAmI(as)
    await act(username)
    expect(await refusal(whoAmI(as))).toMatchObject(NOT_LOGGED_IN)
    await person(username)
  })

  it('a role that a group gets, another one, loses, and takes along when it goes', async () => {
    await core.clients.groups.createGroup({ request_id: '', name: 'shifting', role: 'none' })
    const changes = [
      () => setRole('shifting', 'auditor'),
      () => setRole('shifting', 'user_admin'),
      () => setRole('shifting', 'none'),
      () => setRole('shifting', 'admin'),
      () => core.clients.groups.deleteGroup({ name: 'shifting' }),
    ]
    await person('member', ['shifting'])
    const { as: bystander } = await person('bystander', ['auditors'])
    for (const change of changes) {
      const { as } = await person('member')
      await change()
      expect(await refusal(whoAmI(as))).toMatchObject(NOT_LOGGED_IN)
    }
    await whoAmI(bystander)
  })
})

it('leaves sessions alone where nobody may more or less than before', async () => {
  const { as } = await person('steady', ['admin'])
  await core.clients.groups.addMember({ group: 'nones', username: 'steady' })
  await core.clients.groups.addMember({ group: 'auditors', username: 'steady' })
  await update('steady', ['admin'])
  await whoAmI(as)
})

it('ends sessions on every core at once', async () => {
  const { as } = await person('everywhere', ['auditors'])
  const other = createCore(core.config, core.seams)
  await other.start()
  const clients = connect(other.port, () => '')
  try {
    await clients.auth.whoAmI({}, as)
    await core.clients.groups.removeMember({ group: 'auditors', username: 'everywhere' })
    expect(await refusal(clients.auth.whoAmI({}, as))).toMatchObject(NOT_LOGGED_IN)
  } finally {
    clients.close()
    await other.stop()
  }
})

it.each<[string, (username: string) => Promise<unknown>]>([
  ['disabled', (username) => core.disable(username)],
  [
    'without the role',
    (username) => core.clients.groups.removeMember({ group: 'auditors', username }),
  ],
  [
    'given another password',
    (username) => core.clients.users.setPassword({ username, password: 'staple of the horse' }),
  ],
])('shows whoever is %s nothing of what happens after, in a stream that runs', async (how, act) => {
  const username = `watcher-${how.replaceAll(' ', '-')}`
  const { as } = await person(username, ['auditors'])
  const watch = await core.clients.watch('', as)
  await act(username)
  await core.createUser(`after-${username}`)
  await core.invite(`after-${username}`)
  expect(refusalOf(await watch.ended)).toMatchObject(NOT_LOGGED_IN)
  expect(watch.story).toEqual([])
})

it('ends an import that goes on when its session is over', async () => {
  const { as } = await person('importer', ['user_admins'])
  function* list(): Generator<ImportUsersRequest> {
    yield { options: { dry_run: true, invite: false }, row: undefined }
    for (let line = 1; ; line++) yield { options: undefined, row: { line, ...ROW } }
  }
  let isOver = false
  const reading = (async () => {
    for await (const { line } of core.clients.importUsers(list(), as)) {
      if (line !== 1) continue
      await core.clients.users.setPassword({ username: 'importer', password: 'staple of it' })
      isOver = true
    }
  })()
  expect(await refusal(reading)).toMatchObject(NOT_LOGGED_IN)
  expect(isOver).toBe(true)
})

const ROW = {
  username: 'listed',
  email: 'listed@example.com',
  first_name: 'Jo',
  last_name: 'Doe',
  phone: undefined,
  language: undefined,
  groups: [],
}
