import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { newSecret } from '../../../core/src/domain/secret.js'
import { connect } from '../../../core/tests/_clients.js'
import { HOUR_MS, MINUTE_MS } from '../../../core/tests/_core.js'
import { PASSWORD, type Pair, pairOf, setCookieOf, startPair } from '../_pair.js'
import { assertReadable } from '../clients/_everyone.js'

let pair: Pair

beforeAll(async () => {
  pair = await startPair()
})
afterAll(() => pair.stop())

const session = (cookie: string) => pair.proxy.get('/api/v1/enrollment/session', { Cookie: cookie })
const nowSeconds = () => Math.floor(pair.core.time.now.getTime() / 1000)

const INVALID = { status: 401, json: { error: 'invalid token' } }
const NO_SESSION = { status: 401, json: { error: 'Missing authorization header' } }

it('11.1 start takes a valid token whatever cookie comes along', async () => {
  const expired = await pair.session('expired')
  pair.core.advance(10 * MINUTE_MS)
  const foreign = await pair.session('foreign')
  const token = await pair.invite('any-cookie')
  const cookies = [{}, ...['undefined', '=;;"%00', expired, foreign].map((Cookie) => ({ Cookie }))]
  for (const headers of cookies) {
    expect(await pair.start(token, headers)).toMatchObject({
      status: 200,
      json: { user: { login: 'any-cookie' } },
    })
  }
})

it('11.2 the one cookie of start has the attributes of http and https, and ends at the deadline', async () => {
  const token = await pair.invite('attributes')
  const plain = await pair.replica({ publicUrl: 'http://localhost:8080/' })
  for (const [proxy, secure] of [
    [pair.proxy, '; Secure'],
    [plain, ''],
  ] as const) {
    const answer = await proxy.post('/enrollment/start', { token })
    const deadline = Number(answer.json?.deadline_timestamp)
    expect(deadline).toBe(nowSeconds() + 600)
    const expires = new Date(deadline * 1000).toUTCString()
    expect(answer.headers['set-cookie']).toEqual([
      expect.stringMatching(/^defguard_proxy=[A-Za-z0-9_]+; Path=/),
    ])
    expect(setCookieOf(answer).replace(/^[^;]+/, '')).toBe(
      `; Path=/api/v1/enrollment; Expires=${expires}; HttpOnly; SameSite=Strict${secure}`,
    )
  }
})

it('11.3 the cookie is not made from the token, and the token is no cookie', async () => {
  const token = await pair.invite('derived')
  const values = [await pair.start(token), await pair.start(token)].map(
    (answer) => pairOf(answer).split('=')[1] ?? '',
  )
  expect(new Set([...values, token]).size).toBe(3)
  for (const value of values) expect(token.slice(4)).not.toContain(value.slice(4, 12))
  expect(await session(`defguard_proxy=${token}`)).toMatchObject(INVALID)
})

it('11.4 a session is found in a pair, a whole line and among others, and not in nothing', async () => {
  const started = await pair.start(await pair.invite('found'))
  const bare = pairOf(started)
  for (const cookie of [bare, setCookieOf(started), `theme=dark; Path=/x; ${bare}`]) {
    expect((await session(cookie)).status).toBe(200)
  }
  for (const cookie of ['defguard_proxy=', 'undefined']) {
    expect(await session(cookie)).toMatchObject(NO_SESSION)
  }
  expect(await pair.proxy.get('/api/v1/enrollment/session')).toMatchObject(NO_SESSION)
})

it('11.5 the cookie survives a restart of core and proxy, and works at a second proxy', async () => {
  const cookie = await pair.session('patient')
  await pair.restart()
  expect((await session(cookie)).status).toBe(200)
  const other = await pair.replica()
  expect((await other.get('/api/v1/enrollment/session', { Cookie: cookie })).status).toBe(200)
})

it('11.6 two starts, also at once, have one deadline that never moves, and both sessions work', async () => {
  const token = await pair.invite('twice')
  const atOnce = await Promise.all([pair.start(token), pair.start(token)])
  pair.core.advance(3 * MINUTE_MS)
  const all = [...atOnce, await pair.start(token)]
  expect(new Set(all.map(({ json }) => json?.deadline_timestamp)).size).toBe(1)
  expect(new Set(all.map(pairOf)).size).toBe(3)
  for (const answer of all) {
    const { status, json } = await session(pairOf(answer))
    expect({ status, deadline: json?.deadline_timestamp }).toEqual({
      status: 200,
      deadline: all[0]?.json?.deadline_timestamp,
    })
  }
})

it('11.7 a session works until the deadline and is over at it, and so is its token', async () => {
  const token = await pair.invite('punctual')
  const started = await pair.start(token)
  const deadline = Number(started.json?.deadline_timestamp) * 1000
  pair.core.time.now = new Date(deadline - 1000)
  expect((await session(pairOf(started))).status).toBe(200)
  pair.core.time.now = new Date(deadline)
  expect(await session(pairOf(started))).toMatchObject({
    status: 401,
    json: { error: 'Session expired', reason: 'session_over' },
  })
  expect(await pair.start(token)).toMatchObject(INVALID)
})

it('11.8 an unused token is too old after 24 hours; begun a minute before, it has its ten minutes', async () => {
  const [early, late] = [await pair.invite('early'), await pair.invite('late')]
  pair.core.advance(24 * HOUR_MS - MINUTE_MS)
  const started = await pair.start(early)
  expect(started.json?.deadline_timestamp).toBe(nowSeconds() + 600)
  pair.core.advance(MINUTE_MS)
  const tooLate = await pair.start(late)
  expect(tooLate).toMatchObject({ status: 401, json: { error: 'token expired' } })
  expect(tooLate.headers['set-cookie']).toBeUndefined()
  pair.core.advance(8 * MINUTE_MS)
  expect((await session(pairOf(started))).status).toBe(200)
})

it('11.9 unknown and odd tokens are invalid, reset tokens forbidden, disabled people told', async () => {
  const real = await pair.invite('disabled')
  const unknown = newSecret('enrollment').secret
  for (const token of [unknown, real.slice(0, -1), 'x'.repeat(10_000), 'zażółć 😀', '\u0000', '']) {
    const answer = await pair.start(token)
    expect(answer).toMatchObject(INVALID)
    expect(answer.headers['set-cookie']).toBeUndefined()
  }
  expect(await pair.start(newSecret('passwordReset').secret)).toMatchObject({
    status: 403,
    json: { error: 'invalid token', reason: 'wrong_token_kind' },
  })
  await pair.disable('disabled')
  expect(await pair.start(real)).toMatchObject({
    status: 403,
    json: { error: 'user is disabled', reason: 'user_disabled' },
  })
})

it('11.10 start answers in full also without its admin, with a broken template and without SMTP', async () => {
  const boss = await pair.core.createUser('boss', { groups: ['admin'], password: PASSWORD })
  const secret = { bearer: '' }
  const asBoss = connect(pair.core.core.port, () => secret.bearer)
  const login = await asBoss.auth.login({ login: 'boss', password: PASSWORD })
  secret.bearer = login.session_secret
  await pair.core.createUser('orphan')
  const { invitation } = await asBoss.enrollments.issueEnrollment({
    username: 'orphan',
    options: { send_email: false, email: undefined, expires_in_seconds: 0 },
  })
  asBoss.close()
  const token = invitation?.token ?? ''
  assertReadable(await pair.start(token), 'start')

  await pair.query('delete from "user" where id = $1', [boss.id])
  await pair.query(
    `insert into onboarding_text (kind, language, text, author_name, created_at)
     values ('page', 'en', '{{#if nothing}} {{{ broken', 'nobody', now())`,
  )
  await pair.query('update settings set smtp_server = null')
  const answer = await pair.start(token)
  assertReadable(answer, 'start')
  expect(answer).toMatchObject({
    status: 200,
    json: {
      admin: { name: 'Defguard', email: '' },
      final_page_content: expect.stringContaining('orphan'),
      settings: { smtp_configured: false },
    },
  })
})
