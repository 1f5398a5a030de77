import { TokenKind } from '@defguard/proto/admin/v1/enrollments'
import { status } from '@grpc/grpc-js'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type As, createToken } from './_api-tokens.js'
import { newPublicKey, startTestCore, type TestCore } from './_core.js'
import { query } from './_database.js'
import { PASSWORD, refusal } from './_mfa.js'

const NO_SECRET = {
  code: status.PERMISSION_DENIED,
  reason: 'scope_missing',
  message: expect.stringContaining('lacks the scope enrollment:secret'),
}
const UNSEEN = { token: '', url: '', deep_link: '', qr: '' }
const SEEN = { token: expect.stringMatching(/^dg[edn]_/), qr: expect.stringMatching(/./) }
const BY_HAND = { send_email: false, email: undefined, expires_in_seconds: 0 }
const BY_MAIL = { ...BY_HAND, send_email: true }

let core: TestCore
/** A program that invites people, without and with the scope to see what it issues. */
let blind: As
let seeing: As
beforeAll(async () => {
  core = await startTestCore()
  const scopes = ['users:write', 'enrollment:write', 'devices:write']
  blind = (await createToken(core, scopes)).as
  seeing = (await createToken(core, [...scopes, 'enrollment:secret'])).as
  await core.createLocation('Office', ['10.1.0.1/16'])
})
afterAll(() => core.stop())

const newUser = (username: string, invitation: typeof BY_HAND, as: As) =>
  core.clients.users.createUser(
    {
      request_id: '',
      username,
      email: `${username}@example.com`,
      first_name: 'Jo',
      last_name: 'Doe',
      phone: undefined,
      language: undefined,
      groups: [],
      password: undefined,
      invitation: { ...invitation, email: invitation.email },
    },
    as,
  )
const issue = (username: string, options: typeof BY_HAND | typeof ELSEWHERE, as: As) =>
  core.clients.enrollments.issueEnrollment({ username, options }, as)
const ELSEWHERE = { ...BY_MAIL, email: 'thief@example.com' }

/** How many tokens there are that still work. */
const liveTokens = async () => {
  const rows = await query(
    core.databaseUrl,
    'select from enrollment_token where revoked_at is null',
  )
  return rows.length
}

it('mails a link that the program does not see', async () => {
  const { invitation } = await newUser('anna', BY_MAIL, blind)
  expect(invitation).toMatchObject({ ...UNSEEN, mailed_to: 'anna@example.com' })
  const { text } = await core.mail('anna@example.com', '#token=dge_')
  expect(await core.start(/#token=(dge_\w+)/.exec(text)?.[1] ?? '')).toMatchObject({
    enrollment: { user: { login: 'anna' } },
  })
  core.advance(60_000)
  const again = await issue('anna', BY_MAIL, blind)
  expect(again.invitation).toMatchObject(UNSEEN)
  core.advance(60_000)
  const token = { username: 'anna' }
  const resent = await core.clients.enrollments.resendToken({ token }, blind)
  expect(resent.invitation).toMatchObject({ ...UNSEEN, mailed_to: 'anna@example.com' })
  await core.createUser('active', { password: PASSWORD })
  const desktop = { username: 'active', options: BY_MAIL }
  const activation = await core.clients.enrollments.issueDesktopActivation(desktop, blind)
  expect(activation.invitation).toMatchObject(UNSEEN)
})

it('refuses what would be in the reply and nowhere else, and issues and revokes nothing', async () => {
  await core.createUser('waiting')
  await core.invite('waiting')
  const printer = (name: string, as: As) =>
    core.clients.devices.createNetworkDevice(
      {
        request_id: '',
        name,
        location: 'Office',
        addresses: [],
        owner: '',
        pubkey: undefined,
        expires_in_seconds: 0,
      },
      as,
    )
  const { device } = await printer('printer', seeing)
  const before = await liveTokens()
  const { enrollments, devices } = core.clients
  const calls = [
    () => issue('waiting', BY_HAND, blind),
    () => issue('waiting', ELSEWHERE, blind),
    () => newUser('nobody', BY_HAND, blind),
    () => enrollments.issueDesktopActivation({ username: 'active', options: BY_HAND }, blind),
    () => enrollments.resendToken({ token: { username: 'waiting' } }, blind),
    () => printer('scanner', blind),
    () => devices.issueNetworkDeviceToken({ id: device?.id ?? 0, expires_in_seconds: 0 }, blind),
  ]
  for (const call of calls) expect(await refusal(call())).toMatchObject(NO_SECRET)
  const { tokens } = await enrollments.listTokens({
    page: undefined,
    state: 0,
    kind: TokenKind.NETWORK_DEVICE,
    username: '',
  })
  const resend = enrollments.resendToken({ token: { id: tokens[0]?.id ?? 0 } }, blind)
  expect(await refusal(resend)).toMatchObject(NO_SECRET)
  expect(await liveTokens()).toBe(before)
  expect(await refusal(core.clients.users.getUser({ username: 'nobody' }))).toMatchObject({
    code: status.NOT_FOUND,
  })
})

it('shows links to a program that may see them', async () => {
  const { invitation } = await newUser('shown', BY_HAND, seeing)
  expect(invitation).toMatchObject(SEEN)
  expect((await issue('shown', ELSEWHERE, seeing)).invitation).toMatchObject({
    ...SEEN,
    mailed_to: 'thief@example.com',
  })
})

it('prepares a device whose key is known, which needs no token', async () => {
  const { device, invitation } = await core.clients.devices.createNetworkDevice(
    {
      request_id: '',
      name: 'sensor',
      location: 'Office',
      addresses: [],
      owner: '',
      pubkey: newPublicKey(),
      expires_in_seconds: 0,
    },
    blind,
  )
  expect(device?.configured).toBe(true)
  expect(invitation).toBeUndefined()
})

it('shows the private key of a location to no scope but its own', async () => {
  const config = (as: As) => core.clients.serverConfig('Office', false, as)
  const reader = await createToken(core, ['locations:write'])
  expect(await refusal(config(reader.as))).toMatchObject({
    reason: 'scope_missing',
    message: expect.stringContaining('locations:secret'),
  })
  const server = await createToken(core, ['locations:secret'])
  expect(await config(server.as)).toContain('PrivateKey = ')
})

it('records a program as itself, beside its owner, and what it was refused once a minute', async () => {
  const { as, id, name, secret } = await createToken(core, ['users:write'])
  await core.createUser('recorded')
  await core.disable('recorded', as)
  const events = (action: string) =>
    query<{ details: object | null }>(
      core.databaseUrl,
      'select actor_kind, actor_name, reason, details from audit_event where action = $1 order by id',
      [action],
    )
  const actor = { actor_kind: 'api_token', actor_name: 'admin' }
  expect((await events('user.disabled')).at(-1)).toMatchObject({
    ...actor,
    details: { api_token: { id, name } },
  })
  core.advance(60_000)
  const before = (await events('api_token.refused')).length
  for (let i = 0; i < 3; i++) await refusal(core.clients.settings.getSettings({}, as))
  await core.clients.apiTokens.revokeApiToken({ id })
  for (let i = 0; i < 3; i++) await refusal(core.disable('recorded', as))
  expect((await events('api_token.refused')).slice(before)).toMatchObject([
    { ...actor, reason: 'scope_missing', details: { api_token: { id, name } } },
    { ...actor, reason: 'not_logged_in', details: { api_token: { id, name } } },
  ])
  const all = await query(core.databaseUrl, 'select to_jsonb(audit_event)::text from audit_event')
  expect(JSON.stringify(all)).not.toContain(secret)
})
