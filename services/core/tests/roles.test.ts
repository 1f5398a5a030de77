import { status } from '@grpc/grpc-js'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { refusalOf } from './_clients.js'
import { startTestCore, type TestCore } from './_core.js'

const PASSWORD = 'correct horse battery'
const NOT_ALLOWED = { code: status.PERMISSION_DENIED, reason: 'not_allowed' }
const BY_HAND = { send_email: false, email: undefined, expires_in_seconds: 0 }

let core: TestCore
let auditor: Record<string, string>
let userAdmin: Record<string, string>
beforeAll(async () => {
  core = await startTestCore()
  for (const role of ['auditor', 'user_admin'])
    await core.clients.groups.createGroup({ request_id: '', name: `the ${role}s`, role })
  await core.createUser('audrey', { groups: ['the auditors'], password: PASSWORD })
  await core.createUser('uma', { groups: ['the user_admins'], password: PASSWORD })
  await core.clients.groups.createGroup({ request_id: '', name: 'staff', role: 'none' })
  auditor = await core.loggedIn('audrey', PASSWORD)
  userAdmin = await core.loggedIn('uma', PASSWORD)
})
afterAll(() => core.stop())

async function refusal(call: Promise<unknown>) {
  return refusalOf(await call.catch((err) => err))
}

const newUser = (username: string, groups: string[] = []) => ({
  request_id: '',
  username,
  email: `${username}@example.com`,
  first_name: 'Jo',
  last_name: 'Doe',
  phone: undefined,
  language: undefined,
  groups,
  password: undefined,
  invitation: undefined,
})

/** Every call that takes a person, by its name. */
const CALLS: Readonly<
  Record<string, (username: string, as: Record<string, string>) => Promise<unknown>>
> = {
  IssueEnrollment: (username, as) =>
    core.clients.enrollments.issueEnrollment({ username, options: BY_HAND }, as),
  IssueDesktopActivation: (username, as) =>
    core.clients.enrollments.issueDesktopActivation({ username, options: BY_HAND }, as),
  ResendToken: (username, as) => core.clients.enrollments.resendToken({ token: { username } }, as),
  RevokeToken: (username, as) => core.clients.enrollments.revokeToken({ token: { username } }, as),
  UpdateUser: (username, as) =>
    core.clients.users.updateUser({ username, user: undefined, update_mask: ['phone'] }, as),
  DisableUser: (username, as) => core.clients.users.disableUser({ username }, as),
  EnableUser: (username, as) => core.clients.users.enableUser({ username }, as),
  SetPassword: (username, as) =>
    core.clients.users.setPassword({ username, password: 'staple of the horse' }, as),
  ResetMfa: (username, as) => core.clients.users.resetMfa({ username }, as),
  DeleteUser: (username, as) =>
    core.clients.users.deleteUser({ username, take_over_tokens: true }, as),
}

it('lets a user admin add, invite and help people without a role', async () => {
  const { user } = await core.clients.users.createUser(newUser('newcomer', ['staff']), userAdmin)
  expect(user?.groups).toEqual(['staff'])
  const { IssueEnrollment, ResendToken, RevokeToken, ...others } = CALLS
  for (const call of [IssueEnrollment, ResendToken, RevokeToken])
    await call?.('newcomer', userAdmin)
  const { SetPassword, IssueDesktopActivation, ...changes } = others
  for (const call of [SetPassword, IssueDesktopActivation, ...Object.values(changes)])
    await call?.('newcomer', userAdmin)
  await core.clients.users.listUsers({ page: undefined, state: 0, search: '' }, userAdmin)
})

it('lets nobody in by a link of a user admin who has got a role since', async () => {
  const { addMember } = core.clients.groups
  const issue = async (username: string) => {
    const request = { username, options: BY_HAND }
    const { invitation } = await core.clients.enrollments.issueEnrollment(request, userAdmin)
    return invitation?.token ?? ''
  }
  await core.createUser('rising')
  await core.createUser('quick')
  const token = await issue('rising')
  const { session_secret } = await core.start(await issue('quick'))
  for (const username of ['rising', 'quick']) await addMember({ group: 'admin', username })
  expect(await refusal(core.start(token))).toMatchObject({ message: 'invalid token' })
  expect(await refusal(core.activate(session_secret, PASSWORD))).toMatchObject({
    code: status.INVALID_ARGUMENT,
  })
  const { user } = await core.clients.users.getUser({ username: 'quick' })
  expect(user?.enrolled).toBe(false)
  await core.start((await core.invite('rising')).token)
})

it('keeps what belongs to the company from user admins', async () => {
  await core.createLocation('Hall', ['10.9.0.1/24'])
  const { device } = await core.clients.devices.createNetworkDevice({
    request_id: '',
    name: 'printer',
    location: 'Hall',
    addresses: [],
    owner: 'audrey',
    pubkey: undefined,
    expires_in_seconds: 0,
  })
  const { tokens } = await core.clients.enrollments.listTokens({
    page: undefined,
    state: 0,
    kind: 3,
    username: '',
  })
  const token = { id: tokens[0]?.id }
  expect(device?.name).toBe('printer')
  const calls = [
    () => core.clients.enrollments.resendToken({ token }, userAdmin),
    () => core.clients.enrollments.revokeToken({ token }, userAdmin),
    () => core.clients.settings.getSettings({}, userAdmin),
    () => core.clients.locations.listLocations({ page: undefined }, userAdmin),
  ]
  for (const call of calls) expect(await refusal(call())).toMatchObject(NOT_ALLOWED)
})

it('lets an auditor read, and act on nobody', async () => {
  await core.clients.users.getUser({ username: 'admin' }, auditor)
  await core.clients.groups.listGroups({ page: undefined }, auditor)
  await core.createUser('bystander')
  await core.invite('bystander')
  for (const call of Object.values(CALLS))
    expect(await refusal(call('bystander', auditor))).toMatchObject(NOT_ALLOWED)
  expect(await refusal(core.clients.users.createUser(newUser('x'), auditor))).toMatchObject(
    NOT_ALLOWED,
  )
})
