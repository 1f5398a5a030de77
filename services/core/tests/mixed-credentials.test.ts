import { TokenKind } from '@defguard/proto/admin/v1/enrollments'
import { status } from '@grpc/grpc-js'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { SecretKind } from '../src/domain/secret.js'
import { ALL_SCOPES, bearer, createToken } from './_api-tokens.js'
import { refusalOf } from './_clients.js'
import { newPublicKey, startTestCore, type TestCore } from './_core.js'
import { query } from './_database.js'
import { allMethods } from './_methods.js'
import { PASSWORD } from './_mfa.js'

const { UNAUTHENTICATED, PERMISSION_DENIED } = status

let core: TestCore
/** One of each kind, all of them good for what they are for. */
let secrets: Record<SecretKind, string>
beforeAll(async () => {
  core = await startTestCore()
  await core.createLocation('Office', ['10.1.0.1/16'])
  await core.createUser('pending')
  const enrollment = (await core.invite('pending')).token
  const { session_secret } = await core.start(enrollment)
  const resetting = await core.startedReset('resetting', PASSWORD)
  await core.createUser('forgetful', { password: PASSWORD })
  await core.requestReset('forgetful@example.com')
  const { invitation } = await core.clients.enrollments.issueDesktopActivation({
    username: 'resetting',
    options: { send_email: false, email: undefined, expires_in_seconds: 0 },
  })
  const printer = await core.clients.devices.createNetworkDevice({
    request_id: '',
    name: 'printer',
    location: 'Office',
    addresses: [],
    owner: '',
    pubkey: undefined,
    expires_in_seconds: 0,
  })
  secrets = {
    enrollment,
    desktopActivation: invitation?.token ?? '',
    networkDevice: printer.invitation?.token ?? '',
    passwordReset: await core.resetToken('forgetful@example.com'),
    enrollmentSession: session_secret,
    passwordResetSession: resetting,
    polling: (await core.addDevice(session_secret, 'laptop')).token ?? '',
    adminSession: core.bearer,
    apiToken: (await createToken(core, ALL_SCOPES)).secret,
  }
})
afterAll(() => core.stop())

interface Place {
  /** Calls that take a credential there. */
  readonly calls: Readonly<Record<string, (secret: string) => Promise<unknown>>>
  /** What is at home there. */
  readonly takes: readonly SecretKind[]
  /** How a kind is refused that is not. */
  readonly refusal: (kind: SecretKind) => { code: number; reason: string }
}

const UNKNOWN = { code: UNAUTHENTICATED, reason: 'token_unknown' }
const WRONG_KIND = { code: PERMISSION_DENIED, reason: 'wrong_token_kind' }
const SESSIONS: readonly SecretKind[] = [
  'enrollmentSession',
  'passwordResetSession',
  'adminSession',
]
/** A link or a token is no session, and answered like a text; another session is told apart. */
const ofSession = (kind: SecretKind) => (SESSIONS.includes(kind) ? WRONG_KIND : UNKNOWN)

const places: Record<string, Place> = {
  'a link to enroll': {
    calls: { StartEnrollment: (token) => core.start(token) },
    takes: ['enrollment', 'desktopActivation', 'networkDevice'],
    refusal: () => WRONG_KIND,
  },
  'a session of an enrollment': {
    calls: {
      GetSession: (session_secret) => core.clients.enrollment.getSession({ session_secret }),
      ActivateUser: (secret) => core.activate(secret, PASSWORD),
      CreateDevice: (secret) => core.addDevice(secret, 'intruder'),
      GetNetworkInfo: (session_secret) =>
        core.clients.enrollment.getNetworkInfo({ session_secret, pubkey: newPublicKey() }),
      StartMfaSetup: (session_secret) =>
        core.clients.enrollment.startMfaSetup({ session_secret, method: 0 }),
      FinishMfaSetup: (session_secret) =>
        core.clients.enrollment.finishMfaSetup({ session_secret, method: 0, code: '123456' }),
      RegisterMobileAuth: (session_secret) =>
        core.clients.enrollment.registerMobileAuth({
          session_secret,
          auth_pubkey: newPublicKey(),
          device_pubkey: newPublicKey(),
        }),
      ReportMistake: (session_secret) =>
        core.clients.enrollment.reportMistake({ session_secret, text: 'wrong' }),
    },
    takes: ['enrollmentSession'],
    refusal: ofSession,
  },
  'a polling token': {
    calls: {
      GetInstanceInfo: (polling_token) =>
        core.clients.enrollment.getInstanceInfo({ polling_token }),
    },
    takes: ['polling'],
    refusal: () => ({ code: PERMISSION_DENIED, reason: 'token_unknown' }),
  },
  'a link to reset a password': {
    calls: { StartPasswordReset: (token) => core.startReset(token) },
    takes: ['passwordReset'],
    refusal: () => WRONG_KIND,
  },
  'a session of a reset': {
    calls: { ResetPassword: (secret) => core.resetPassword(secret, 'staple of the horse') },
    takes: ['passwordResetSession'],
    refusal: ofSession,
  },
  'an administrative credential': {
    calls: {
      WhoAmI: (secret) => core.clients.auth.whoAmI({}, bearer(secret)),
      DisableUser: (secret) => core.disable('forgetful', bearer(secret)),
    },
    takes: ['adminSession', 'apiToken'],
    refusal: () => ({ code: UNAUTHENTICATED, reason: 'not_logged_in' }),
  },
}

/** They answer everybody alike, whatever they are given. */
const SILENT = ['GetInstance', 'RequestNewLink', 'RequestPasswordReset']

it('has a place for every call of the proxy', async () => {
  const rpcs = (await allMethods('defguard.enrollment')).map(({ path }) => path.split('/').at(-1))
  const placed = Object.values(places).flatMap(({ calls }) => Object.keys(calls))
  expect(rpcs.filter((rpc) => ![...placed, ...SILENT].includes(rpc ?? ''))).toEqual([])
})

describe.each(Object.keys(places))('in the place of %s', (name) => {
  const { calls, takes, refusal } = places[name] as Place

  it.each(Object.keys(calls))('no other kind of credential makes the call %s', async (rpc) => {
    for (const [kind, secret] of Object.entries(secrets) as [SecretKind, string][]) {
      if (takes.includes(kind)) continue
      const outcome = await calls[rpc]?.(secret).then(
        () => 'in',
        (err) => refusalOf(err),
      )
      expect({ kind, outcome }).toMatchObject({ kind, outcome: refusal(kind) })
    }
  })
})

it('uses up no credential by trying it elsewhere', async () => {
  for (const kind of ['enrollment', 'desktopActivation', 'networkDevice'] as const)
    await core.start(secrets[kind])
  await core.clients.enrollment.getSession({ session_secret: secrets.enrollmentSession })
  await core.clients.enrollment.getInstanceInfo({ polling_token: secrets.polling })
  await core.startReset(secrets.passwordReset)
  await core.resetPassword(secrets.passwordResetSession, 'staple of the horse')
  for (const kind of ['adminSession', 'apiToken'] as const)
    await core.clients.auth.whoAmI({}, bearer(secrets[kind]))
  const { tokens } = await core.clients.enrollments.listTokens({
    page: undefined,
    state: 0,
    kind: TokenKind.ENROLLMENT,
    username: '',
  })
  expect(tokens).toHaveLength(1)
})

it('looks nothing up as another kind than it is', async () => {
  // Whatever is looked up as an API token, and is none, leaves this.
  const refused = await query(
    core.databaseUrl,
    `select from audit_event where action = 'api_token.refused'`,
  )
  expect(refused).toHaveLength(0)
})
