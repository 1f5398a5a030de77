import { afterEach, beforeEach, expect, it, jest } from '@jest/globals'
import { createCore } from '../src/core.js'
import { startTestCore, type TestCore } from './_core.js'
import { query } from './_database.js'
import { HEADERS, issueToken, TestGateway } from './_gateway.js'
import { keyUses, rotate } from './_keys.js'

const [OLD, NEW] = ['o'.repeat(64), 'n'.repeat(64)]

let core: TestCore
beforeEach(async () => {
  core = await startTestCore({ secretKeys: [OLD] })
})
afterEach(() => core.stop())

/** What needs which key for the sake of gateways. */
const uses = async () =>
  (await keyUses(core))
    .filter((use) => use.includes('gateway_token'))
    .map((use) => use.replace('gateway_token gateway.key_id ', ''))

/** What comes of a call with a token. */
async function call(authorization: string) {
  const gateway = new TestGateway(core.core.gatewayPort, { ...HEADERS, authorization })
  return gateway
    .config()
    .then(
      () => 'good',
      (err) => err.details,
    )
    .finally(() => gateway.close())
}

it('counts the good tokens of gateways under each key until they are replaced, revoked or expired', async () => {
  await core.createLocation('Office', ['10.1.1.1/24'])
  const [first, second] = [
    await issueToken(core, 'Office', 'a'),
    await issueToken(core, 'Office', 'b'),
  ]
  expect(await uses()).toEqual(['current: 2'])
  await core.restart({ secretKeys: [NEW, OLD] })
  expect(await uses()).toEqual(['previous 1: 2'])
  expect([await call(first.token), await call(second.token)]).toEqual(['good', 'good'])
  expect(await uses()).toEqual(['previous 1: 2'])

  await core.clients.locations.revokeGatewayToken({ id: first.id })
  const next = await issueToken(core, 'Office', 'a')
  expect(await uses()).toEqual(['current: 1', 'previous 1: 1'])
  expect(await call(next.token)).toBe('good')
  await query(core.databaseUrl, 'update gateway set expires_at = $1 where id = $2', [
    core.time.now,
    second.id,
  ])
  expect(await uses()).toEqual(['current: 1'])
})

it('learns the key of a token from before keys were noted at its next call', async () => {
  await core.createLocation('Office', ['10.1.1.1/24'])
  const { token } = await issueToken(core, 'Office')
  await query(core.databaseUrl, 'update gateway set key_id = null')
  await core.restart({ secretKeys: [NEW, OLD] })
  expect(await uses()).toEqual(['unnamed: 1'])
  expect(await call(token)).toBe('good')
  expect(await uses()).toEqual(['previous 1: 1'])
})

it('notes the key of a token that is handed out once more', async () => {
  await core.createLocation('Office', ['10.1.1.1/24'])
  const request = {
    request_id: '0e4e2b42-6a0c-4a8f-9a5c-3f6c7c1d2e3f',
    location: 'Office',
    name: 'a',
  }
  await core.clients.locations.issueGatewayToken(request)
  await core.restart({ secretKeys: [NEW, OLD] })
  const { token } = await core.clients.locations.issueGatewayToken(request)
  expect(await uses()).toEqual(['current: 1'])
  await rotate(core)
  await core.restart({ secretKeys: [NEW] })
  expect(await call(token)).toBe('good')
})

it('starts without the key of a token, says so, and refuses its gateway', async () => {
  await core.createLocation('Office', ['10.1.1.1/24'])
  const { token } = await issueToken(core, 'Office')
  const gateways = { ...core.config.gateways, tokenSecret: 's'.repeat(32) }
  const other = createCore({ ...core.config, gateways }, core.seams)
  const warn = jest.spyOn(other.log, 'warn')
  await other.start()
  const warnings = warn.mock.calls.map(([facts, text]) => [facts, text])
  await other.stop()
  expect(warnings).toContainEqual([
    { what: 'gateway.key_id', count: 1 },
    expect.stringContaining('gateways whose token'),
  ])

  await core.restart({ gateways })
  expect(await call(token)).toBe('Invalid token')
  expect(await uses()).toEqual(['missing: 1'])
  // Nor is any secret key needed for one under a secret of its own.
  await issueToken(core, 'Office', 'next')
  expect(await uses()).toEqual(['missing: 1'])
})
