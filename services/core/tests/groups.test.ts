import { status } from '@grpc/grpc-js'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import {
  addressesIn,
  addressProblems,
  createGroup,
  group,
  refusal,
  revisionOf,
  updateGroup,
  updateLocation,
} from './_access.js'
import { ADMIN_PASSWORD, startTestCore, type TestCore } from './_core.js'
import { query } from './_database.js'

const PASSWORD = 'correct horse battery'
const BY_HAND = { send_email: false, email: undefined, expires_in_seconds: 0 }

let core: TestCore
beforeAll(async () => {
  core = await startTestCore()
})
afterAll(async () => {
  expect(await addressProblems(core.databaseUrl)).toEqual([])
  await core.stop()
})

async function login(username: string) {
  const { session_secret } = await core.clients.auth.login({ login: username, password: PASSWORD })
  return { authorization: `Bearer ${session_secret}` }
}

async function peersIn(location: string): Promise<number> {
  const { length } = [...(await core.clients.serverConfig(location, true)).matchAll(/^\[Peer\]$/gm)]
  return length
}

async function enrolledWithDevice(username: string) {
  const session = await core.startedEnrollment(username)
  await core.activate(session, PASSWORD)
  return core.addDevice(session, `${username}-dev`)
}

it('gives a new member an address and a peer at once, and takes both from a former one', async () => {
  await createGroup(core, 'staff')
  await core.createLocation('Office', ['10.1.1.1/24'], { allowed_groups: ['staff'] })
  const { device, token = '' } = await enrolledWithDevice('ania')
  const poll = () => core.clients.enrollment.getInstanceInfo({ polling_token: token })
  expect((await poll()).device_config?.configs).toEqual([])
  const { group } = await core.clients.groups.addMember({ group: 'STAFF', username: 'Ania' })
  expect(group).toMatchObject({ name: 'staff', member_count: 1 })
  expect(await addressesIn(core, 'Office')).toEqual({ ania: ['10.1.1.2'] })
  expect(await peersIn('Office')).toBe(1)
  expect((await poll()).device_config?.configs).toHaveLength(1)
  const before = await revisionOf(core, 'Office')
  await core.clients.groups.addMember({ group: 'staff', username: 'ania' })
  expect(await revisionOf(core, 'Office')).toBe(before)
  const removed = await core.clients.groups.removeMember({ group: 'staff', username: 'ania' })
  expect(removed.group).toMatchObject({ member_count: 0 })
  expect(await addressesIn(core, 'Office')).toEqual({})
  expect(await peersIn('Office')).toBe(0)
  expect(await revisionOf(core, 'Office')).toBeGreaterThan(before)
  // Twice is once.
  await core.clients.groups.removeMember({ group: 'staff', username: 'ania' })
  expect((await poll()).device_config?.device?.id).toBe(device.id)
})

it('takes nothing from a member whom another group still lets in', async () => {
  for (const name of ['left', 'right']) await createGroup(core, name)
  await core.createLocation('Shared', ['10.2.1.1/24'], { allowed_groups: ['left', 'right'] })
  await enrolledWithDevice('bela')
  for (const group of ['left', 'right'])
    await core.clients.groups.addMember({ group, username: 'bela' })
  const before = await revisionOf(core, 'Shared')
  await core.clients.groups.removeMember({ group: 'left', username: 'bela' })
  await core.clients.groups.deleteGroup({ name: 'left' })
  expect(await addressesIn(core, 'Shared')).toEqual({ bela: ['10.2.1.2'] })
  expect(await revisionOf(core, 'Shared')).toBe(before)
})

it('refuses a member whose devices do not fit, and lets the group as it was', async () => {
  await createGroup(core, 'few')
  await core.createLocation('Tiny', ['10.3.1.1/30'], { allowed_groups: ['few'] })
  for (const name of ['few1', 'few2']) await enrolledWithDevice(name)
  await core.clients.groups.addMember({ group: 'few', username: 'few1' })
  const second = core.clients.groups.addMember({ group: 'few', username: 'few2' })
  expect(await refusal(second)).toEqual({
    code: status.RESOURCE_EXHAUSTED,
    message: 'no free address in location Tiny',
    reason: 'location_full',
  })
  const { members } = await core.clients.groups.listGroupMembers({ name: 'few', page: undefined })
  expect(members.map((member) => member.username)).toEqual(['few1'])
  await core.clients.locations.deleteLocation({ name: 'Tiny' })
})

it('never opens or orphans a location by deleting the last group that it allows', async () => {
  for (const name of ['lonely', 'other']) await createGroup(core, name)
  await core.createLocation('Vault', ['10.4.1.1/24'], { allowed_groups: ['lonely'] })
  await core.createLocation('Annex', ['10.4.2.1/24'], { allowed_groups: ['lonely'] })
  await core.createLocation('Lobby', ['10.4.3.1/24'])
  await updateLocation(core, 'Lobby', { allowed_groups: ['lonely'] })
  const reply = await core.clients.groups.getGroup({ name: 'lonely' })
  expect(reply.locations).toEqual(['Annex', 'Lobby', 'Vault'])
  expect(await refusal(core.clients.groups.deleteGroup({ name: 'Lonely' }))).toEqual({
    code: status.FAILED_PRECONDITION,
    message: 'lonely is the last group that may use Annex, Vault: allow others first, or everybody',
    reason: 'last_allowed_group',
  })
  await updateLocation(core, 'Vault', { allowed_groups: ['lonely', 'other'] })
  await updateLocation(core, 'Annex', { allow_all_groups: true })
  await core.clients.groups.deleteGroup({ name: 'lonely' })
  const { location } = await core.clients.locations.getLocation({ name: 'Vault' })
  expect(location).toMatchObject({ allow_all_groups: false, allowed_groups: ['other'] })
})

it('lets a group become one of admins and back, with what its members may use', async () => {
  await createGroup(core, 'ops')
  await createGroup(core, 'nobody')
  await core.createLocation('Closed', ['10.5.1.1/24'], { allowed_groups: ['nobody'] })
  await enrolledWithDevice('ola')
  await core.clients.groups.addMember({ group: 'ops', username: 'ola' })
  expect(await addressesIn(core, 'Closed')).toEqual({})
  expect(await updateGroup(core, 'ops', { role: 'admin' })).toMatchObject({ role: 'admin' })
  expect(await addressesIn(core, 'Closed')).toEqual({ ola: ['10.5.1.2'] })
  await core.clients.groups.createGroup(
    { request_id: '', name: 'byola', role: '' },
    await login('ola'),
  )
  await updateGroup(core, 'ops', { role: 'none' })
  expect(await addressesIn(core, 'Closed')).toEqual({})
  const asOla = core.clients.groups.deleteGroup({ name: 'byola' }, await login('ola'))
  expect(await refusal(asOla)).toMatchObject({ reason: 'not_allowed' })
})

it('renames, and refuses what is taken, unknown or no role, by field', async () => {
  for (const name of ['old', 'taken']) await createGroup(core, name)
  expect(await updateGroup(core, 'OLD', { name: ' new ' })).toMatchObject({
    name: 'new',
    role: 'none',
  })
  expect(await refusal(updateGroup(core, 'new', { name: 'Taken' }))).toMatchObject({
    code: status.ALREADY_EXISTS,
    message: 'name: a group of this name exists',
  })
  expect(await refusal(updateGroup(core, 'new', { name: '', role: 'root' }))).toMatchObject({
    code: status.INVALID_ARGUMENT,
    message:
      'name: must be 1 to 100 characters, without control characters; ' +
      'role: must be one of none, auditor, user_admin, admin',
  })
  expect(await refusal(updateGroup(core, 'new', { member_count: 3 }))).toMatchObject({
    message: 'update_mask: there is no field "member_count" to change',
  })
  const { groups } = core.clients
  const unknown = [
    () => groups.getGroup({ name: 'old' }),
    () => groups.deleteGroup({ name: 'old' }),
    () => groups.listGroupMembers({ name: 'old', page: undefined }),
    () => groups.addMember({ group: 'old', username: 'admin' }),
    () => groups.removeMember({ group: 'new', username: 'ghost' }),
  ]
  for (const call of unknown) expect((await refusal(call())).code).toBe(status.NOT_FOUND)
})

it('lists members in pages, each once', async () => {
  await createGroup(core, 'crowd')
  for (const name of ['c1', 'c2', 'c3']) await core.createUser(name, { groups: ['crowd'] })
  const list = (page_token: string) =>
    core.clients.groups.listGroupMembers({ name: 'crowd', page: { page_size: 2, page_token } })
  const first = await list('')
  const second = await list(first.next_page_token)
  expect([...first.members, ...second.members].map((member) => member.username)).toEqual([
    'c1',
    'c2',
    'c3',
  ])
  expect(second.next_page_token).toBe('')
})

it('lets nobody take their own rights away, or the last administrator’s', async () => {
  const { groups } = core.clients
  const own = [
    () => groups.removeMember({ group: 'admin', username: 'admin' }),
    () => groups.deleteGroup({ name: 'admin' }),
    () => updateGroup(core, 'admin', { role: 'user_admin' }),
  ]
  for (const call of own) {
    expect(await refusal(call())).toEqual({
      code: status.INVALID_ARGUMENT,
      message: 'you cannot take away your own administrator rights',
      reason: 'own_rights',
    })
  }
  // With another group of admins the first one is like any other.
  await createGroup(core, 'chiefs', 'admin')
  await groups.addMember({ group: 'chiefs', username: 'admin' })
  await groups.removeMember({ group: 'admin', username: 'admin' })
  await groups.addMember({ group: 'admin', username: 'admin' })
  await groups.deleteGroup({ name: 'chiefs' })
})

it('revokes what people had issued who may issue nothing any more, and tells', async () => {
  const { groups, enrollments } = core.clients
  await createGroup(core, 'inviters', 'user_admin')
  await createGroup(core, 'hosts', 'user_admin')
  const links: string[] = []
  for (const [i, username] of ['ida', 'ivo'].entries()) {
    await core.createUser(username, { groups: ['inviters'], password: PASSWORD })
    await core.createUser(`guest${i}`)
    const request = { username: `guest${i}`, options: BY_HAND }
    const reply = await enrollments.issueEnrollment(request, await login(username))
    links.push(reply.invitation?.token ?? '')
  }
  await groups.addMember({ group: 'hosts', username: 'ivo' })
  const kept = await groups.removeMember({ group: 'inviters', username: 'ivo' })
  expect(kept.revoked_tokens).toEqual([])
  const removed = await groups.removeMember({ group: 'inviters', username: 'ida' })
  expect(removed.revoked_tokens.map(({ user }) => user)).toEqual(['guest0'])
  expect(await refusal(core.start(links[0] ?? ''))).toMatchObject({ reason: 'token_revoked' })
  const deleted = await groups.deleteGroup({ name: 'hosts' })
  expect(deleted.revoked_tokens.map(({ user }) => user)).toEqual(['guest1'])
  expect(await refusal(core.start(links[1] ?? ''))).toMatchObject({ reason: 'token_revoked' })
})

it('leaves an administrator when two take each other out of the group at once', async () => {
  const pair = await startTestCore()
  await pair.createUser('rival', { groups: ['admin'], password: PASSWORD })
  const { session_secret } = await pair.clients.auth.login({ login: 'rival', password: PASSWORD })
  const rival = { authorization: `Bearer ${session_secret}` }
  const { groups } = pair.clients
  const outcomes = await Promise.allSettled([
    groups.removeMember({ group: 'admin', username: 'rival' }),
    groups.removeMember({ group: 'admin', username: 'admin' }, rival),
  ])
  expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1)
  const [left] = await query<{ count: number }>(
    pair.databaseUrl,
    `select count(*)::int from user_group join "group" on "group".id = group_id where role = 'admin'`,
  )
  expect(left?.count).toBe(1)
  await pair.stop()
})

it('refuses changes to auditors, who may read groups and members', async () => {
  await createGroup(core, 'watchers', 'auditor')
  await core.createUser('wanda', { groups: ['watchers'], password: PASSWORD })
  const auditor = await login('wanda')
  const { groups, locations } = core.clients
  await groups.getGroup({ name: 'watchers' }, auditor)
  await groups.listGroupMembers({ name: 'watchers', page: undefined }, auditor)
  const request = { group: 'admin', username: 'wanda' }
  const calls = [
    () => groups.addMember(request, auditor),
    () => groups.removeMember(request, auditor),
    () => groups.deleteGroup({ name: 'new' }, auditor),
    () => groups.updateGroup({ name: 'new', group: undefined, update_mask: ['name'] }, auditor),
    () => locations.deleteLocation({ name: 'Office' }, auditor),
    () =>
      locations.updateLocation(
        {
          name: 'Office',
          location: undefined,
          update_mask: ['port'],
          expected_settings_revision: undefined,
        },
        auditor,
      ),
  ]
  for (const call of calls) expect(await refusal(call())).toMatchObject({ reason: 'not_allowed' })
})

it('lets a user admin manage plain groups of plain people, and nothing with a role', async () => {
  await createGroup(core, 'helpdesk', 'user_admin')
  await createGroup(core, 'plain')
  await core.createUser('uma', { groups: ['helpdesk'], password: PASSWORD })
  await core.createUser('bystander')
  const uma = await login('uma')
  const { groups } = core.clients
  await groups.addMember({ group: 'plain', username: 'bystander' }, uma)
  await groups.removeMember({ group: 'plain', username: 'bystander' }, uma)
  const renaming = { name: 'plain', group: undefined, update_mask: ['role'] }
  const calls = [
    () => groups.addMember({ group: 'plain', username: 'admin' }, uma),
    () => groups.addMember({ group: 'plain', username: 'uma' }, uma),
    () => groups.addMember({ group: 'admin', username: 'bystander' }, uma),
    () => groups.removeMember({ group: 'watchers', username: 'bystander' }, uma),
    () => groups.deleteGroup({ name: 'watchers' }, uma),
    () => groups.updateGroup({ ...renaming, group: group({ role: 'auditor' }) }, uma),
    () => groups.updateGroup({ ...renaming, name: 'admin', group: group({ role: 'none' }) }, uma),
  ]
  for (const call of calls) expect(await refusal(call())).toMatchObject({ reason: 'not_allowed' })
  await groups.deleteGroup({ name: 'plain' }, uma)
})

it('records every change of a group and its members', async () => {
  await createGroup(core, 'audited')
  await core.createUser('subject')
  const membership = { group: 'audited', username: 'subject' }
  await core.clients.groups.addMember(membership)
  await core.clients.groups.addMember(membership)
  await core.clients.groups.removeMember(membership)
  await updateGroup(core, 'audited', { name: 'renamed', role: 'auditor' })
  await core.clients.groups.deleteGroup({ name: 'renamed' })
  const events = await query(
    core.databaseUrl,
    `select action, object_name, details from audit_event
     where object_kind = 'group' and object_name in ('audited', 'renamed') order by id`,
  )
  expect(events).toEqual([
    { action: 'group.created', object_name: 'audited', details: { role: 'none' } },
    { action: 'group.member_added', object_name: 'audited', details: { user: 'subject' } },
    { action: 'group.member_removed', object_name: 'audited', details: { user: 'subject' } },
    {
      action: 'group.updated',
      object_name: 'audited',
      details: { name: 'renamed', role: 'auditor' },
    },
    { action: 'group.deleted', object_name: 'renamed', details: { members: 0 } },
  ])
  expect(await core.acceptsPassword('admin', ADMIN_PASSWORD)).toBe(true)
})
