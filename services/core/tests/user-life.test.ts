import { status } from '@grpc/grpc-js'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { MINUTE_MS, newPublicKey, startTestCore, type TestCore, waitFor } from './_core.js'
import { query, waitingOf, whileHolding } from './_database.js'
import { refusal } from './_mfa.js'

const PASSWORD = 'correct horse battery'
const REVOKED = { code: status.UNAUTHENTICATED, reason: 'token_revoked' }

let core: TestCore
beforeAll(async () => {
  core = await startTestCore()
  await core.createLocation('Office', ['10.1.1.1/24'])
})
afterAll(() => core.stop())

/** An active person with a device. */
async function withDevice(username: string) {
  const session = await core.startedEnrollment(username)
  const pubkey = newPublicKey()
  const { device, configs, token } = await core.addDevice(session, 'Laptop', pubkey)
  await core.activate(session, PASSWORD)
  return { pubkey, id: device.id, address: configs[0]?.assigned_ip, token: token ?? '' }
}

/** Somebody in the group admin, and their session. */
async function newAdmin(username: string) {
  await core.createUser(username, { groups: ['admin'], password: PASSWORD })
  return core.loggedIn(username, PASSWORD)
}

const poll = (token: string) => core.clients.enrollment.getInstanceInfo({ polling_token: token })
const remove = (username: string, take_over_tokens = false, as?: Record<string, string>) =>
  core.clients.users.deleteUser({ username, take_over_tokens }, as)
const desktop = async (username: string, as?: Record<string, string>) => {
  const options = { send_email: false, email: undefined, expires_in_seconds: 0 }
  const request = { username, options }
  const reply = await core.clients.enrollments.issueDesktopActivation(request, as)
  return reply.invitation?.token ?? ''
}
const audited = async (action: string, name: string) =>
  query<{ object_id: string; details: Record<string, unknown> }>(
    core.databaseUrl,
    'select object_id, details from audit_event where action = $1 and object_name = $2',
    [action, name],
  )

describe('a disabled person', () => {
  it('is shut out at once, and logs in again once enabled', async () => {
    await core.createUser('resting', { password: PASSWORD })
    const session = await core.loggedIn('resting', PASSWORD)
    const { user } = await core.disable('resting')
    expect(user).toMatchObject({ is_active: false, enrolled: true })
    expect(await refusal(core.clients.auth.whoAmI({}, session))).toMatchObject({
      reason: 'not_logged_in',
    })
    expect(await core.acceptsPassword('resting', PASSWORD)).toBe(false)
    await core.enable('resting')
    expect(await core.acceptsPassword('resting', PASSWORD)).toBe(true)
    expect(await refusal(core.clients.auth.whoAmI({}, session))).toMatchObject({
      reason: 'not_logged_in',
    })
  })

  it('cannot start their link, which is dead when they are enabled', async () => {
    await core.createUser('early')
    const { token } = await core.invite('early', { send_email: true })
    await core.disable('early')
    expect(await refusal(core.start(token))).toMatchObject({ reason: 'user_disabled' })
    await core.enable('early')
    expect(await refusal(core.start(token))).toMatchObject(REVOKED)
  })

  it('is refused in every step of what they had started, and goes on when enabled', async () => {
    const session_secret = await core.startedEnrollment('halfway')
    await core.disable('halfway')
    const steps = [
      core.clients.enrollment.getSession({ session_secret }),
      core.activate(session_secret, PASSWORD),
      core.addDevice(session_secret, 'Laptop'),
    ]
    for (const step of await Promise.allSettled(steps))
      expect(step).toMatchObject({ status: 'rejected', reason: { details: /disabled/ } })
    await core.enable('halfway')
    await core.addDevice(session_secret, 'Laptop')
    await core.activate(session_secret, PASSWORD)
    expect(await core.acceptsPassword('halfway', PASSWORD)).toBe(true)
  })

  it('keeps their addresses, while gateways and polls know nothing of them', async () => {
    const { pubkey, address, token } = await withDevice('peer')
    expect(await core.clients.serverConfig('Office', true)).toContain(pubkey)
    await core.disable('peer')
    expect(await core.clients.serverConfig('Office', true)).not.toContain(pubkey)
    expect(await refusal(poll(token))).toMatchObject({ message: 'user inactive' })
    expect((await withDevice('other')).address).not.toBe(address)
    await core.enable('peer')
    expect(await core.clients.serverConfig('Office', true)).toContain(pubkey)
    expect((await poll(token)).device_config?.configs[0]?.assigned_ip).toBe(address)
  })

  it('has their peers announced to gateways once per change, and not when nothing changes', async () => {
    await withDevice('counted')
    const revision = async () =>
      Number((await query(core.databaseUrl, 'select revision from location'))[0]?.revision)
    const before = await revision()
    await core.disable('counted')
    await core.disable('counted')
    expect(await revision()).toBe(before + 1)
    await core.enable('counted')
    await core.enable('counted')
    expect(await revision()).toBe(before + 2)
    expect(await audited('user.disabled', 'counted')).toHaveLength(1)
  })

  it('loses the links to reset their password, started or not', async () => {
    const session = await core.startedReset('forgot', PASSWORD)
    await core.disable('forgot')
    await core.enable('forgot')
    expect(await refusal(core.resetPassword(session, 'another good one'))).toMatchObject({
      code: status.UNAUTHENTICATED,
    })
  })
})

describe('what a leaver issued to others', () => {
  it('is revoked with its sessions and devices when they are disabled, counted and listed', async () => {
    const leaver = await newAdmin('leaver')
    for (const name of ['waiting', 'started']) await core.createUser(name)
    await core.createUser('active', { password: PASSWORD })
    const waiting = (await core.invite('waiting', { send_email: true }, leaver)).token
    const session = (await core.start((await core.invite('started', {}, leaver)).token))
      .session_secret
    const { device } = await core.addDevice(session, 'Laptop')
    const dgd = await desktop('active', leaver)
    await core.createUser('foreign')
    const foreign = (await core.invite('foreign')).token

    const { revoked_tokens } = await core.disable('leaver')
    expect(revoked_tokens.map(({ user, issued_by }) => [user, issued_by])).toEqual([
      ['waiting', 'leaver'],
      ['started', 'leaver'],
      ['active', 'leaver'],
    ])
    for (const token of [waiting, dgd])
      expect(await refusal(core.start(token))).toMatchObject(REVOKED)
    expect(await refusal(core.activate(session, PASSWORD))).toMatchObject({
      code: status.UNAUTHENTICATED,
    })
    const { devices } = await core.clients.devices.listDevices({
      page: undefined,
      username: 'started',
      location: '',
    })
    expect(devices.map(({ id }) => id)).not.toContain(device.id)
    expect(await audited('enrollment.revoked', 'waiting')).toHaveLength(1)
    await core.start(foreign)

    core.advance(MINUTE_MS)
    const { invitation } = await core.clients.enrollments.resendToken({
      token: { id: revoked_tokens[0]?.id },
    })
    await core.start(invitation?.token ?? '')
  })

  it('is revoked when they are deleted', async () => {
    const leaver = await newAdmin('quitter')
    await core.createUser('orphan')
    const { token } = await core.invite('orphan', {}, leaver)
    const { revoked_tokens } = await remove('quitter')
    expect(revoked_tokens).toMatchObject([{ user: 'orphan' }])
    expect(await refusal(core.start(token))).toMatchObject(REVOKED)
  })

  it('works on and names the deleting admin when it is taken over', async () => {
    const leaver = await newAdmin('successor')
    await core.createUser('adopted')
    const { token } = await core.invite('adopted', {}, leaver)
    const reply = await remove('successor', true)
    expect(reply).toMatchObject({
      revoked_tokens: [],
      taken_over_tokens: [{ user: 'adopted', issued_by: 'admin' }],
    })
    expect((await core.start(token)).enrollment?.admin?.email).toBe('adam@example.com')
  })

  it('includes a token that is just being issued, which waits for nobody to notice', async () => {
    const leaver = await newAdmin('hasty')
    await core.createUser('lucky')
    const row = `select from "user" where username = 'lucky' for update`
    let disabled: ReturnType<TestCore['disable']> | undefined
    const { token } = await whileHolding(
      core.databaseUrl,
      row,
      1,
      () => core.invite('lucky', {}, leaver),
      async () => {
        disabled = core.disable('hasty')
        await waitFor(async () =>
          (await waitingOf(core.databaseUrl)).length === 2 ? true : undefined,
        )
      },
    )
    expect((await disabled)?.revoked_tokens).toMatchObject([{ user: 'lucky' }])
    expect(await refusal(core.start(token))).toMatchObject(REVOKED)
  })

  it('stays nothing when they are disabled before what they do has begun', async () => {
    const leaver = await newAdmin('late')
    await core.createUser('first')
    await core.createUser('second')
    await core.invite('first', {}, leaver)
    const row = `select from "user" where username = 'first' for update`
    let issued: Promise<unknown> | undefined
    await whileHolding(
      core.databaseUrl,
      row,
      1,
      () => core.disable('late'),
      async () => {
        issued = refusal(core.invite('second', {}, leaver))
        await waitFor(async () =>
          (await waitingOf(core.databaseUrl)).length === 2 ? true : undefined,
        )
      },
    )
    expect(await issued).toMatchObject({ reason: 'not_logged_in' })
  })
})

describe('a deleted person', () => {
  it('leaves nothing behind but what belongs to the company', async () => {
    const { id, address, token } = await withDevice('gone')
    const { device: printer, invitation } = await core.clients.devices.createNetworkDevice({
      request_id: '',
      name: 'printer',
      location: 'Office',
      addresses: [],
      owner: 'gone',
      pubkey: undefined,
      expires_in_seconds: 0,
    })
    const session = await core.loggedIn('gone', PASSWORD)
    const { user } = await core.clients.users.getUser({ username: 'gone' })
    await remove('GONE')
    expect(await refusal(remove('gone'))).toMatchObject({ code: status.NOT_FOUND })
    expect(await refusal(core.clients.auth.whoAmI({}, session))).toMatchObject({
      reason: 'not_logged_in',
    })
    expect(await refusal(poll(token))).toMatchObject({ message: 'invalid token' })
    const { devices } = await core.clients.devices.listDevices({
      page: undefined,
      username: 'gone',
      location: '',
    })
    expect(devices.map((device) => device.id)).toEqual([printer?.id])
    expect(devices[0]?.id).not.toBe(id)
    expect((await withDevice('heir')).address).toBe(address)
    await core.start(invitation?.token ?? '')
    expect(await audited('user.deleted', 'gone')).toMatchObject([{ object_id: String(user?.id) }])
  })

  it('ends the enrollment that they are in the middle of', async () => {
    const session = await core.startedEnrollment('vanished')
    await core.addDevice(session, 'Laptop')
    await remove('vanished')
    expect(await refusal(core.activate(session, PASSWORD))).toMatchObject({
      reason: 'token_unknown',
    })
    await core.createUser('vanished')
  })
})

describe('administrators', () => {
  it('do not disable, delete or demote themselves', async () => {
    const username = 'admin'
    const update = (mask: string) =>
      core.clients.users.updateUser({ username, user: undefined, update_mask: [mask] })
    const calls = [
      core.disable(username),
      remove(username),
      update('is_active'),
      update('groups'),
      core.clients.users.setPassword({ username, password: 'another good one' }),
      core.clients.users.resetMfa({ username }),
    ]
    for (const call of await Promise.allSettled(calls))
      expect(call).toMatchObject({ status: 'rejected', reason: { code: status.INVALID_ARGUMENT } })
    expect((await core.clients.auth.whoAmI({})).role).toBe('admin')
  })

  it.each([
    ['disable', (username: string, as: Record<string, string>) => core.disable(username, as)],
    ['delete', (username: string, as: Record<string, string>) => remove(username, false, as)],
    [
      'demote',
      (username: string, as: Record<string, string>) =>
        core.clients.users.updateUser({ username, user: undefined, update_mask: ['groups'] }, as),
    ],
  ])('never %s each other at once', async (how, act) => {
    const [one, two] = [`${how}-one`, `${how}-two`]
    const [first, second] = [await newAdmin(one), await newAdmin(two)]
    const outcomes = await whileHolding(
      core.databaseUrl,
      `select from "user" where username in ('${one}', '${two}') for update`,
      2,
      () => Promise.allSettled([act(two, first), act(one, second)]),
    )
    expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(['fulfilled', 'rejected'])
    const { users } = await core.clients.users.listUsers({ page: undefined, state: 2, search: how })
    expect(users.filter(({ groups }) => groups.includes('admin'))).toHaveLength(1)
  })
})
