import { randomBytes } from 'node:crypto'
import { MailState } from '@defguard/proto/admin/v1/mail'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { createGroup, updateLocation } from './_access.js'
import { createToken } from './_api-tokens.js'
import { recorded } from './_audit.js'
import { type Call, callsOnPeople } from './_calls-on-people.js'
import { MINUTE_MS, newPublicKey, startTestCore, type TestCore } from './_core.js'
import { query } from './_database.js'
import { rotate } from './_keys.js'
import { allMethods } from './_methods.js'
import { codeOf } from './_mfa.js'
import { onboardingOf } from './_onboarding.js'
import { invitedInVain } from './_outbox.js'
import { changeSettings } from './_settings.js'

const PASSWORD = 'correct horse battery'
/** What only reads, or begins what another call ends. */
const CHANGES_NOTHING =
  /\/(Get(?!DeviceConfig|ServerConfig)|List|Check|Suggest|Preview|Watch|Export|Verify|WhoAmI|SetupTotp)/

let core: TestCore
/** Who looks after herself, and her second factor. */
let selma: { authorization: string }
let secret = ''
const kept: Record<string, number> = {}

beforeAll(async () => {
  core = await startTestCore({ secretKeys: ['o'.repeat(64)] })
  await core.createLocation('Office', ['10.1.0.1/24'])
  for (const [name, role] of Object.entries({ staff: '', auditors: 'auditor' }))
    await createGroup(core, name, role)
  for (const name of ['active', 'roaming']) await core.createUser(name, { password: PASSWORD })
  await core.createUser('selma', { password: PASSWORD, groups: ['auditors'] })
  await core.createUser('invited')
  await core.restart({ secretKeys: ['n'.repeat(64), 'o'.repeat(64)] })
  selma = await core.loggedIn('selma', PASSWORD)
})
afterAll(() => core.stop())

/** How each call that changes something is made, in an order in which that is possible, and its event. */
const CALLS: readonly Call[] = [
  ...callsOnPeople(() => core),
  [
    'LocationService/CreateLocation',
    'location.created',
    () => core.createLocation('Lab', ['10.2.0.1/24']),
  ],
  [
    'LocationService/UpdateLocation',
    'location.updated',
    () => updateLocation(core, 'Lab', { port: 51821 }),
  ],
  [
    'LocationService/GetServerConfig',
    'location.server_config_read',
    ({ serverConfig }) => serverConfig('Lab', false),
  ],
  [
    'LocationService/IssueGatewayToken',
    'gateway.token_issued',
    async ({ locations }) => {
      const request = { request_id: '', location: 'Lab', name: 'lab-1' }
      kept.gateway = (await locations.issueGatewayToken(request)).gateway?.id ?? 0
    },
  ],
  [
    'LocationService/RevokeGatewayToken',
    'gateway.token_revoked',
    ({ locations }) => locations.revokeGatewayToken({ id: kept.gateway ?? 0 }),
  ],
  [
    'LocationService/DeleteLocation',
    'location.deleted',
    ({ locations }) => locations.deleteLocation({ name: 'Lab' }),
  ],
  [
    'LocationService/ImportLocation',
    'location.imported',
    ({ locations }) => {
      const key = randomBytes(32).toString('base64')
      const lines = [
        '[Interface]',
        `PrivateKey = ${key}`,
        'Address = 10.3.0.1/24',
        'ListenPort = 51',
      ]
      return locations.importLocation({
        request_id: '',
        name: 'Imported',
        endpoint: 'vpn.example.com',
        allow_all_groups: true,
        allowed_groups: [],
        config: lines.join('\n'),
        dry_run: false,
      })
    },
  ],
  [
    'SettingsService/UpdateSettings',
    'settings.updated',
    () => changeSettings(core, { instance_name: 'Example' }),
  ],
  [
    'OnboardingService/SetOnboarding',
    'onboarding.updated',
    async () => {
      await onboardingOf(core).set({ mail: 'Welcome' })
      kept.text = await newestText()
    },
  ],
  [
    'OnboardingService/RestoreOnboarding',
    'onboarding.updated',
    async () => {
      await onboardingOf(core).set({ mail: 'Hello' })
      await onboardingOf(core).restore(kept.text ?? 0)
    },
  ],
  [
    'MailService/RetryMail',
    'mail.retried',
    async ({ mails }) => {
      const failed = await invitedInVain(core, 'late', new Error('out of order'), MailState.FAILED)
      await mails.retryMail({ id: failed.id })
    },
  ],
  [
    'MailService/RetryMails',
    'mail.retried',
    async ({ mails }) => {
      await invitedInVain(core, 'later', new Error('out of order'), MailState.FAILED)
      await mails.retryMails({ state: MailState.FAILED, kind: '', recipient: '' })
    },
  ],
  [
    'MailService/CancelMail',
    'mail.cancelled',
    async ({ mails }) => {
      const failed = await invitedInVain(core, 'never', new Error('out of order'), MailState.FAILED)
      await mails.cancelMail({ id: failed.id })
    },
  ],
  [
    'MailService/SendTestMail',
    'mail.sent',
    ({ mails }) => mails.sendTestMail({ address: 'it@example.com' }),
  ],
  [
    'ApiTokenService/CreateApiToken',
    'api_token.created',
    async () => (kept.apiToken = (await createToken(core, ['users:read'])).id),
  ],
  [
    'ApiTokenService/RevokeApiToken',
    'api_token.revoked',
    ({ apiTokens }) => apiTokens.revokeApiToken({ id: kept.apiToken ?? 0 }),
  ],
  ['KeyService/RotateKeys', 'keys.rotated', () => rotate(core)],
  ['AuthService/Login', 'auth.login', () => core.loggedIn('roaming', PASSWORD), 'roaming'],
  [
    'AuthService/ChangePassword',
    'auth.password_changed',
    ({ auth }) =>
      auth.changePassword({ old_password: PASSWORD, new_password: 'staple of the horse' }, selma),
    'selma',
  ],
  [
    'AuthService/FinishTotp',
    'auth.mfa_enabled',
    async ({ auth }) => {
      const setup = await auth.setupTotp(
        { password: 'staple of the horse', code: undefined },
        selma,
      )
      secret = setup.totp_secret
      await auth.finishTotp({ code: codeOf(core, secret) }, selma)
    },
    'selma',
  ],
  [
    'AuthService/RegenerateRecoveryCodes',
    'auth.recovery_codes_replaced',
    ({ auth }) => {
      core.advance(MINUTE_MS)
      return auth.regenerateRecoveryCodes({ code: codeOf(core, secret) }, selma)
    },
    'selma',
  ],
  [
    'AuthService/IssueOwnDesktopActivation',
    'desktop.token_issued',
    ({ auth }) => auth.issueOwnDesktopActivation({ expires_in_seconds: 0 }, selma),
    'selma',
  ],
  [
    'AuthService/RemoveOwnDevice',
    'device.removed',
    async ({ auth, devices }) => {
      const own = { username: 'selma', name: 'Phone', pubkey: newPublicKey() }
      const { device } = await devices.addDevice({ request_id: '', ...own })
      await auth.removeOwnDevice({ id: device?.id ?? 0 }, selma)
    },
    'selma',
  ],
  ['AuthService/Logout', 'auth.logout', ({ auth }) => auth.logout({}, selma), 'selma'],
  [
    'AuthService/LogoutEverywhere',
    'auth.logout',
    async ({ auth }) => {
      await auth.logoutEverywhere({}, await core.loggedIn('roaming', PASSWORD))
    },
    'roaming',
  ],
]

async function newestText(): Promise<number> {
  const [row] = await query<{ id: string }>(
    core.databaseUrl,
    'select max(id) as id from onboarding_text',
  )
  return Number(row?.id)
}

it('knows every call of admins that changes something', async () => {
  const methods = (await allMethods('defguard.admin.v1')).map(({ path }) => path)
  const changing = methods.filter((path) => !CHANGES_NOTHING.test(path))
  const known = CALLS.map(([method]) => `/defguard.admin.v1.${method}`)
  expect(known.sort()).toEqual(changing.sort())
})

it.each(CALLS)(
  'records %s as %s, with who, what, whence and how',
  async (...[, action, act, by]) => {
    const events = await recorded(core, () => act(core.clients), action)
    const event = events.find((one) => one.action === action)
    expect(event).toMatchObject({
      actorKind: by ? expect.stringMatching(/person|admin/) : 'admin',
      actorName: by ?? 'admin',
      result: 'ok',
      ip: '127.0.0.1',
      userAgent: expect.stringMatching(/^grpc-node-js/),
    })
    if (!action.startsWith('keys.')) expect(event?.object).not.toBeNull()
  },
)

it('records the refusal of what a role does not allow, and of a password that was guessed', async () => {
  await core.createUser('curious', { password: PASSWORD, groups: ['auditors'] })
  const as = await core.loggedIn('curious', PASSWORD)
  const refusal = { actorName: 'curious', result: 'refused', ip: '127.0.0.1' }
  const disable = () => core.disable('active', as).catch(() => {})
  const [disabled] = await recorded(core, disable, 'auth.refused')
  expect(disabled).toMatchObject({ ...refusal, reason: 'not_allowed' })
  const request = { old_password: 'guessed', new_password: 'staple of the horse' }
  const guess = () => core.clients.auth.changePassword(request, as).catch(() => {})
  const [guessed] = await recorded(core, guess, 'auth.password_changed')
  expect(guessed).toMatchObject({ ...refusal, reason: 'old_password_wrong' })
  const login = () => core.acceptsPassword('curious', 'guessed')
  const [failed] = await recorded(core, login, 'auth.login')
  expect(failed).toMatchObject({ ...refusal, reason: 'login_failed' })
})
