import { connect } from 'node:net'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { LIMITS, unknown } from '../../core/tests/_limits.js'
import { PASSWORD, type Pair, startPair } from './_pair.js'

let pair: Pair
beforeAll(async () => {
  pair = await startPair({ trusted: ['127.0.0.1'] }, { limits: LIMITS })
  await pair.core.createUser('known', { password: PASSWORD })
  await pair.core.createUser('pending')
  await pair.core.createUser('disabled', { password: PASSWORD })
  await pair.disable('disabled')
})
afterAll(() => pair.stop())

/** The bytes of an answer, but for the time in it. */
async function bytesOf(path: string, body: object, address: string): Promise<string> {
  const json = JSON.stringify(body)
  const head = [
    `POST /api/v1${path} HTTP/1.1`,
    'Host: x',
    'Connection: close',
    `X-Forwarded-For: ${address}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(json)}`,
  ]
  const socket = connect(pair.proxy.port, '127.0.0.1')
  socket.write(`${head.join('\r\n')}\r\n\r\n${json}`)
  let text = ''
  for await (const chunk of socket.setEncoding('latin1')) text += chunk
  return text.replace(/^Date: .*\r\n/m, '')
}

/** That everybody gets the same bytes; they come from an address each, since each may ask a few times. */
async function same(path: string, bodies: readonly object[], net: number): Promise<string> {
  const answers: string[] = []
  for (const [i, body] of bodies.entries())
    answers.push(await bytesOf(path, body, `203.0.${net}.${i + 1}`))
  expect(new Set(answers)).toEqual(new Set([answers[0]]))
  return answers[0] ?? ''
}

const PEOPLE = ['known', 'pending', 'disabled', 'nobody']

it('a request for a reset link is answered with the same bytes whoever it is for', async () => {
  const emails = PEOPLE.map((name) => ({ email: `${name}@example.com` }))
  const answer = await same('/password-reset/request', [...emails, { email: 'no address' }], 1)
  expect(answer).toMatch(/^HTTP\/1.1 200 .*\r\n\r\n\{\}$/s)
})

it('a start is answered with the same bytes for tokens that do not exist, well formed or not', async () => {
  const token = unknown('enrollment')
  const mistyped = `${token.slice(0, -1)}${token.endsWith('a') ? 'b' : 'a'}`
  const tokens = [token, mistyped, '', 'dge_', 'x'.repeat(10_000), 'ż', 'a\u0000b']
  const bodies = tokens.map((one) => ({ token: one }))
  expect(await same('/enrollment/start', bodies, 2)).toMatch(/^HTTP\/1.1 401 .*token_unknown/s)
  const resets = [unknown('passwordReset'), mistyped, ''].map((one) => ({ token: one }))
  expect(await same('/password-reset/start', resets, 3)).toMatch(/^HTTP\/1.1 401 .*token_unknown/s)
})

it('another link is asked for with the same bytes whether there was one or not', async () => {
  const dead = await pair.invite('dead')
  const live = (await pair.core.invite('dead')).token
  const tokens = [dead, live, unknown('enrollment'), unknown('passwordReset'), 'odd']
  const bodies = tokens.map((token) => ({ token }))
  const answer = await same('/enrollment/request_link', bodies, 4)
  expect(answer).toMatch(/^HTTP\/1.1 200 .*\r\n\r\n\{\}$/s)
})

it("core's limits reach people as 429 with the seconds to wait, and spare who has a real link", async () => {
  const token = await pair.invite('neighbour')
  const address = '203.0.113.5'
  // Proxies count for themselves, core for all of them.
  const other = await pair.replica({ trusted: ['127.0.0.1'] })
  const start = (one: string, i = 0) =>
    (i % 2 ? other : pair.proxy).post(
      '/enrollment/start',
      { token: one },
      { 'X-Forwarded-For': address },
    )
  for (let i = 0; i < 20; i++) expect((await start(unknown('enrollment'), i)).status).toBe(401)
  const refused = await start(unknown('enrollment'))
  expect(refused).toMatchObject({
    status: 429,
    headers: { 'retry-after': '60' },
    json: { error: 'Too many requests, try again in 60 s', reason: 'rate_limited' },
  })
  expect((await start(token)).status).toBe(200)
})
