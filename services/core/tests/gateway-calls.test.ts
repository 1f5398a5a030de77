import { createHmac } from 'node:crypto'
import { status } from '@grpc/grpc-js'
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals'
import { TestCertificates } from '../../../packages/local-stack/src/test-certificates.js'
import { GatewayTokenSigner } from '../src/domain/gateway-token.js'
import { deriveKey } from '../src/domain/sealing.js'
import { refusal } from './_access.js'
import { startTestCore, type TestCore, testConfig } from './_core.js'
import { query } from './_database.js'
import { activePerson, HEADERS, type Headers, issueToken, TestGateway } from './_gateway.js'

const YEAR_MS = 365 * 24 * 3_600_000

let core: TestCore
let location: { id: number }
const open: TestGateway[] = []
beforeAll(async () => {
  core = await startTestCore()
  location = await core.createLocation('Office', ['10.1.1.1/24', 'fd00::1/64'])
})
afterEach(() => {
  for (const gateway of open.splice(0)) gateway.close()
})
afterAll(() => core.stop())

function gateway(headers: Headers): TestGateway {
  const made = new TestGateway(core.core.gatewayPort, { ...HEADERS, ...headers })
  open.push(made)
  return made
}

/** How core answers each of the calls, for they must not differ. */
async function refusals(headers: Headers) {
  const calls = gateway(headers)
  const answers = [
    await refusal(calls.config()),
    await calls.updates().ended.then((err) => err && { code: err.code, message: err.details }),
    await refusal(calls.stats([])),
  ].map((answer) => answer && `${status[answer.code]} ${answer.message}`)
  expect(new Set(answers).size).toBe(1)
  return answers[0]
}

const NAMES = { authorization: 'gw', 'defguard-component-version': undefined, hostname: undefined }

it('says that the token is missing before anything else', async () => {
  expect(await refusals({ ...NAMES, authorization: undefined })).toBe(
    'UNAUTHENTICATED Missing authorization header',
  )
})

it('refuses every token that it has not made, or that is worth nothing any more', async () => {
  const { secretKeys } = testConfig('')
  const jti = '2f4c1a52-7a39-4d9c-8d2b-5c6f5a1e9b10'
  const claims = { locationId: location.id, jti, issuedAt: core.time.now }
  const forged = { ...claims, expiresAt: new Date(+core.time.now + YEAR_MS) }
  const { token } = await issueToken(core, 'Office', 'good')
  const [, payload = ''] = token.split('.')
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const all = JSON.parse(Buffer.from(payload, 'base64url').toString())
  const withoutJti = `${encode({ alg: 'HS256' })}.${encode({ ...all, jti: undefined })}`
  const key = deriveKey(secretKeys[0], 'gateway tokens')
  const signature = createHmac('sha256', key).update(withoutJti).digest('base64url')
  const revoked = await issueToken(core, 'Office', 'revoked')
  await core.clients.locations.revokeGatewayToken({ id: revoked.id })
  await core.createLocation('Lab', ['10.2.1.1/24'])
  const deleted = await issueToken(core, 'Lab')
  await core.clients.locations.deleteLocation({ name: 'Lab' })
  const bad = {
    nothing: 'gw',
    'the algorithm none': `${encode({ alg: 'none' })}.${payload}.`,
    'no jti': `${withoutJti}.${signature}`,
    'another secret': new GatewayTokenSigner('x'.repeat(32), secretKeys).sign(forged),
    'a jti that nobody was given': new GatewayTokenSigner(undefined, secretKeys).sign(forged),
    revoked: revoked.token,
    'a deleted location': deleted.token,
  }
  for (const [what, authorization] of Object.entries(bad))
    expect([what, await refusals({ ...NAMES, authorization })]).toEqual([
      what,
      'UNAUTHENTICATED Invalid token',
    ])
  expect((await gateway({ authorization: token }).config()).config.name).toBe('Office')
  expect((await gateway({ authorization: `Bearer ${token}` }).config()).config.name).toBe('Office')
})

it('refuses a token whose time is over', async () => {
  const { token } = await issueToken(core, 'Office', 'old')
  await query(core.databaseUrl, `update gateway set expires_at = $1 where name = 'old'`, [
    core.time.now,
  ])
  expect(await refusals({ authorization: token })).toBe('UNAUTHENTICATED Invalid token')
})

it('takes gateways from 1.5.0 on that say what they are and where, in this order', async () => {
  const { token: authorization } = await issueToken(core, 'Office', 'versions')
  const version = (text: string | undefined) => ({
    authorization,
    'defguard-component-version': text,
    hostname: undefined,
  })
  const missing = 'FAILED_PRECONDITION Missing version headers'
  const nameless = 'INVALID_ARGUMENT Gateway hostname not found in request metadata'
  expect(await refusals(version(undefined))).toBe(missing)
  expect(await refusals(version('new'))).toBe(missing)
  expect(await refusals({ authorization, 'defguard-component-system': 'Linux;6' })).toBe(missing)
  expect(await refusals(version('1.4.9'))).toBe('FAILED_PRECONDITION Version 1.4.9 not supported')
  for (const good of ['1.5.0-alpha.1', '1.5.0+build', '2.0.0', '1.10.0'])
    expect(await refusals(version(good))).toBe(nameless)
  expect(await refusals({ authorization, hostname: undefined })).toBe(nameless)
})

it('notes what a gateway tells of itself, also one that is too old', async () => {
  const { token: authorization } = await issueToken(core, 'Office', 'teller')
  const told = async () => {
    const { gateways } = await core.clients.locations.listGateways({
      page: undefined,
      location: '',
    })
    return gateways.find(({ name }) => name === 'teller')
  }
  await refusals({ authorization, 'defguard-component-version': '1.4.0' })
  expect(await told()).toMatchObject({ version: '1.4.0', hostname: 'gw.internal' })
  await gateway({ authorization }).config('Berlin')
  expect(await told()).toMatchObject({ version: '1.6.5', system: 'Linux;6.1.0;x86_64' })
  expect(await told()).toMatchObject({ display_name: 'Berlin' })
  // No odd name of its own costs a gateway its configuration.
  await gateway({ authorization }).config(`Ber\u0000lin${'n'.repeat(10_000)}`)
  expect((await told())?.display_name).toBe(`Berlin${'n'.repeat(249)}`)
  await gateway({ authorization }).config('')
  expect((await told())?.display_name).toBeUndefined()
})

it('answers with the location, its key and its peers, byte for byte the same', async () => {
  const anna = await activePerson(core, 'anna')
  await core.startedEnrollment('pending').then((session) => core.addDevice(session, 'phone'))
  const { token: authorization } = await issueToken(core, 'Office', 'reader')
  const { config, metadata } = await gateway({ authorization }).config()
  expect(config).toEqual({
    name: 'Office',
    prvkey: expect.stringMatching(/^[\w+/]{43}=$/),
    port: 51820,
    addresses: ['10.1.1.1/24', 'fd00::1/64'],
    peers: [{ pubkey: anna.pubkey, allowed_ips: ['10.1.1.2', 'fd00::2'], keepalive_interval: 25 }],
  })
  expect(await core.clients.serverConfig('Office', false)).toContain(config.prvkey)
  expect((await gateway({ authorization }).config()).config).toEqual(config)
  expect(String(metadata.get('defguard-component-version'))).toMatch(/^1\.6\.6\+/)
  expect(String(metadata.get('defguard-component-system')).split(';')).toHaveLength(3)
})

it('sums up who comes with bad tokens in the audit log', async () => {
  const { length: before } = await refused()
  for (let i = 0; i < 5; i++) await refusals({ authorization: 'guess' })
  expect((await refused()).length - before).toBeLessThanOrEqual(1)
  expect((await refused()).at(-1)).toEqual({ actor_kind: 'gateway', result: 'refused' })
})

const refused = () =>
  query(
    core.databaseUrl,
    `select actor_kind, result from audit_event where action = 'gateway.refused'`,
  )

it("lets gateways in by core's certificate and their token, without one of their own", async () => {
  const now = new Date()
  const certificates = await TestCertificates.create(now)
  const tls = await certificates.filesFor('core', 'DEFGUARD_GRPC')
  const grpc = { bindAddress: '127.0.0.1', port: 0, tls, adminCertificate: 'required' } as const
  const way = await certificates.credentials('admin')
  const secured = await startTestCore({ grpc }, { now, way })
  await secured.createLocation('Office', ['10.1.1.1/24'])
  const { token: authorization } = await issueToken(secured, 'Office')
  const { gatewayPort } = secured.core
  const bare = new TestGateway(
    gatewayPort,
    { ...HEADERS, authorization },
    await certificates.bare(),
  )
  expect((await bare.config()).config.name).toBe('Office')
  const plain = new TestGateway(gatewayPort, { ...HEADERS, authorization })
  expect(await refusal(plain.config())).toMatchObject({ code: status.UNAVAILABLE })
  for (const one of [bare, plain]) one.close()
  await secured.stop()
  await certificates.remove()
})
