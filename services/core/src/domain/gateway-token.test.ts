import { createHmac } from 'node:crypto'
import { expect, it } from '@jest/globals'
import { after } from './clock.js'
import { GatewayTokenSigner } from './gateway-token.js'

const [KEY, OTHER] = ['k'.repeat(32), 'o'.repeat(32)]
const NOW = new Date('2026-01-01T00:00:00Z')
const DAY_MS = 24 * 3_600_000
const JTI = '2f4c1a52-7a39-4d9c-8d2b-5c6f5a1e9b10'
const CLAIMS = { locationId: 7, jti: JTI, issuedAt: NOW, expiresAt: after(NOW, DAY_MS) }

const of = (secret: string | undefined, ...keys: [string, ...string[]]) =>
  new GatewayTokenSigner(secret, keys)
const signer = of(KEY, 'any')
const good = signer.sign(CLAIMS)

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const payloadOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())

/** A token as somebody else would make it, signed with our key. */
function forge(claims: object, header: object = { typ: 'JWT', alg: 'HS256' }): string {
  const text = `${encode(header)}.${encode({ ...payloadOf(good), ...claims })}`
  return `${text}.${createHmac('sha256', KEY).update(text).digest('base64url')}`
}

it('holds the claims that tools know, and is taken for what it is', () => {
  const nbf = NOW.getTime() / 1000
  const ids = { iss: 'DefGuard', sub: 'DEFGUARD-NETWORK-7', client_id: '7' }
  expect(payloadOf(good)).toEqual({ ...ids, nbf, exp: nbf + 86_400, jti: JTI })
  const { keyId } = signer
  expect(signer.verify(good, NOW)).toEqual({ locationId: 7, jti: JTI, keyId })
  expect(signer.verify(forge({}), NOW)).toEqual({ locationId: 7, jti: JTI, keyId })
})

it.each<[string, string]>([
  ['nothing', ''],
  ['no token', 'dgk_something'],
  ['another key', of(OTHER, 'any').sign(CLAIMS)],
  ['a signature that is left out', good.replace(/[^.]*$/, '')],
  ['a signature with more behind it', `${good}=`],
  ['a further part', `${good}.x`],
  ['the algorithm none', forge({}, { typ: 'JWT', alg: 'none' })],
  ['the algorithm none without a signature', `${encode({ alg: 'none' })}.${good.split('.')[1]}.`],
  ['another algorithm in its header', forge({}, { typ: 'JWT', alg: 'HS512' })],
  ...['iss', 'sub', 'client_id', 'nbf', 'exp', 'jti'].map((name): [string, string] => [
    `no ${name}`,
    forge({ [name]: undefined }),
  ]),
  ['another issuer', forge({ iss: 'Somebody' })],
  ['a subject that is not its client', forge({ sub: 'DEFGUARD-NETWORK-8' })],
  ['a client that is not its subject', forge({ client_id: '8' })],
  ['a client that is spelt otherwise', forge({ client_id: '07', sub: 'DEFGUARD-NETWORK-07' })],
  ['times as texts', forge({ exp: '9999999999' })],
  ['an id that is none', forge({ jti: 'x' })],
])('refuses one with %s', (_what, token) => {
  expect(signer.verify(token, NOW)).toBeUndefined()
})

it('is good between its times, with a minute for clocks that differ', () => {
  const { expiresAt } = CLAIMS
  const isGoodAt = (now: Date) => signer.verify(good, now) !== undefined
  expect([-61_000, -60_000].map((ms) => isGoodAt(after(NOW, ms)))).toEqual([false, true])
  expect([59_000, 60_000].map((ms) => isGoodAt(after(expiresAt, ms)))).toEqual([true, false])
})

it('goes on under an earlier key, and is made under the newest', () => {
  const [before, rotated] = [of(undefined, KEY), of(undefined, OTHER, KEY)]
  expect(rotated.verify(before.sign(CLAIMS), NOW)).toBeDefined()
  expect(before.verify(rotated.sign(CLAIMS), NOW)).toBeUndefined()
  expect(signer.verify(before.sign(CLAIMS), NOW)).toBeUndefined()
})
