import { credentials, status } from '@grpc/grpc-js'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { newSecret, type SecretKind } from '../src/domain/secret.js'
import { type MatrixRow, OPEN, ofSession, ofToken, ROLES, ROWS } from './_access-matrix.js'
import { ALL_SCOPES, createToken } from './_api-tokens.js'
import { HOUR_MS, startTestCore, type TestCore } from './_core.js'
import { allMethods, Caller } from './_methods.js'
import { PASSWORD } from './_mfa.js'

const PACKAGE = '/defguard.admin.v1.'
/** What keeps a call from its handler, all of it said before the request is looked at. */
const KEPT_OUT = [status.UNAUTHENTICATED, status.PERMISSION_DENIED]
/** Called last, and in a session of their own. */
const ENDS_SESSIONS = /\/Logout/

let core: TestCore
let caller: Caller
let methods: Awaited<ReturnType<typeof allMethods>>
beforeAll(async () => {
  core = await startTestCore()
  caller = new Caller(core.core.port, credentials.createInsecure())
  methods = await allMethods('defguard.admin')
  for (const role of ROLES) {
    await core.clients.groups.createGroup({ request_id: '', name: `${role}s`, role })
    await core.createUser(role === 'admin' ? 'second' : role, {
      groups: [`${role}s`],
      password: PASSWORD,
    })
  }
})
afterAll(async () => {
  caller.close()
  await core.stop()
})

const usernameOf = (role: string) => (role === 'admin' ? 'second' : role)

async function session(username: string): Promise<string> {
  const { session_secret } = await core.clients.auth.login({ login: username, password: PASSWORD })
  return session_secret
}

/** How core answers a credential in each call, by the words of the matrix. */
async function answers(secret: string | (() => Promise<string>)): Promise<Record<string, string>> {
  const shared = typeof secret === 'string' ? secret : await secret()
  const entries: [string, string][] = []
  const [last, first] = [true, false].map((ends) =>
    ROWS.filter(({ rpc }) => ENDS_SESSIONS.test(rpc) === ends),
  )
  for (const { rpc } of [...(first ?? []), ...(last ?? [])]) {
    const method = methods.find(({ path }) => path === PACKAGE + rpc)
    if (!method) throw new Error(`There is no ${rpc}.`)
    const isLast = typeof secret !== 'string' && ENDS_SESSIONS.test(rpc)
    const refusal = await caller.call(method, isLast ? await secret() : shared)
    const isKeptOut = refusal && KEPT_OUT.includes(refusal.code)
    entries.push([rpc, isKeptOut ? (refusal.reason ?? refusal.message) : 'in'])
  }
  return Object.fromEntries(entries)
}

function expected(answer: (row: MatrixRow) => string): Record<string, string> {
  return Object.fromEntries(ROWS.map((row) => [row.rpc, answer(row)]))
}

it('has a line for every call there is, and for no other', () => {
  const rpcs = methods.map(({ path }) => path.replace(PACKAGE, '')).sort()
  expect([...ROWS.map(({ rpc }) => rpc), ...OPEN].sort()).toEqual(rpcs)
})

describe('a session', () => {
  it.each(ROLES)('of the role %s makes the calls of its column, and no other', async (role) => {
    expect(await answers(() => session(usernameOf(role)))).toEqual(expected(ofSession(role)))
  })
})

describe('an API token', () => {
  it.each(ALL_SCOPES)(
    'of an admin with the scope %s makes the calls of that, and no other',
    async (scope) => {
      const { secret } = await createToken(core, [scope])
      expect(await answers(secret)).toEqual(expected(ofToken('admin', [scope])))
    },
  )

  it.each(['auditor', 'user_admin'] as const)(
    'with all scopes may no more than its owner, with the role %s',
    async (role) => {
      const as = { authorization: `Bearer ${await session(role)}` }
      const { secret } = await createToken(core, ALL_SCOPES, as)
      expect(await answers(secret)).toEqual(expected(ofToken(role, ALL_SCOPES)))
    },
  )
})

describe('nothing', () => {
  const KINDS: SecretKind[] = [
    'enrollment',
    'desktopActivation',
    'networkDevice',
    'passwordReset',
    'enrollmentSession',
    'passwordResetSession',
    'polling',
    'adminSession',
    'apiToken',
  ]

  it.each<[string, () => string | Promise<string>]>([
    ['no credential', () => ''],
    ['a session that has ended', endedSession],
    ['a session whose time is over', expiredSession],
    ['the session of somebody disabled', () => disabled(({ secret }) => secret)],
    ['an API token of somebody disabled', () => disabled(({ token }) => token)],
    ['an API token that was revoked', revokedToken],
    ['an API token whose time is over', expiredToken],
    ['the session of an enrollment', () => core.startedEnrollment('enrolling')],
    ['a link to enroll', linkToEnroll],
    ...KINDS.map((kind) => [`an unknown ${kind}`, () => newSecret(kind).secret] as const).map(
      ([name, make]): [string, () => string] => [name, make],
    ),
  ])('is open to %s', async (_name, make) => {
    expect(await answers(await make())).toEqual(expected(() => 'not_logged_in'))
  })

  async function endedSession() {
    const secret = await session('second')
    await core.clients.auth.logout({}, { authorization: `Bearer ${secret}` })
    return secret
  }

  async function expiredSession() {
    const secret = await session('second')
    core.advance(1000 * HOUR_MS)
    await core.login()
    return secret
  }

  let count = 0
  async function disabled(pick: (of: { secret: string; token: string }) => string) {
    const username = `disabled${++count}`
    await core.createUser(username, { groups: ['admins'], password: PASSWORD })
    const secret = await session(username)
    const as = { authorization: `Bearer ${secret}` }
    const { secret: token } = await createToken(core, ALL_SCOPES, as)
    await core.disable(username)
    return pick({ secret, token })
  }

  async function revokedToken() {
    const { id, secret } = await createToken(core, ALL_SCOPES)
    await core.clients.apiTokens.revokeApiToken({ id })
    return secret
  }

  async function expiredToken() {
    const { secret } = await createToken(core, ALL_SCOPES, undefined, 300)
    core.advance(300_000)
    return secret
  }

  async function linkToEnroll() {
    await core.createUser('invited')
    return (await core.invite('invited')).token
  }
})
