import {
  type Gateway,
  GatewayTokenState,
  LocationServiceService,
} from '@defguard/proto/admin/v1/locations'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { admin, run } from './_cli.js'
import { TestCore } from './_core.js'
import { NEW_YEAR, OFFICE } from './_samples.js'

const TOKEN = 'eyJ0eXAiOiJKV1QifQ.e30.c2ln'

let core: TestCore
beforeAll(async () => {
  core = await new TestCore().start()
})
afterAll(() => core.stop())

const gateway = (changes: Partial<Gateway> = {}): Gateway => ({
  id: 3,
  location: 'Office',
  name: 'gw-1',
  state: GatewayTokenState.ACTIVE,
  issued_timestamp: NEW_YEAR,
  issued_by: 'admin',
  expires_timestamp: NEW_YEAR + 86_400,
  hostname: undefined,
  version: undefined,
  system: undefined,
  last_seen_timestamp: undefined,
  connected_timestamp: undefined,
  display_name: undefined,
  ...changes,
})

const JSON_OF_NEW = {
  id: 3,
  location: 'Office',
  name: 'gw-1',
  state: 'active',
  issued_at: '2026-01-01T00:00:00Z',
  issued_by: 'admin',
  expires_at: '2026-01-02T00:00:00Z',
  display_name: null,
  hostname: null,
  version: null,
  system: null,
  last_seen_at: null,
  connected_since: null,
}

it('shows the token of a gateway once, to people and to programs', async () => {
  core.answer(LocationServiceService.issueGatewayToken, () => ({
    gateway: gateway(),
    token: TOKEN,
  }))
  const issue = ['location', 'gateway-token', 'issue', 'Office', '--name', 'gw-1']
  const text = await run(issue, admin(core))
  expect(text.stdout.split(TOKEN)).toHaveLength(2)
  expect(text.stderr).toContain('shown only here')
  const { stdout } = await run([...issue, '--json'], admin(core))
  expect(JSON.parse(stdout)).toEqual({ ...JSON_OF_NEW, token: TOKEN })
  expect(core.requests(LocationServiceService.issueGatewayToken)[0]).toMatchObject({
    location: 'Office',
    name: 'gw-1',
  })
})

it('lists gateways with where they are and since when', async () => {
  const seen = { hostname: 'gw.internal', version: '1.6.5', last_seen_timestamp: NEW_YEAR + 60 }
  const gateways = [gateway(), gateway({ id: 4, ...seen, connected_timestamp: NEW_YEAR })]
  core.answer(LocationServiceService.listGateways, () => ({ gateways, next_page_token: '' }))
  const { stdout } = await run(['location', 'gateway-token', 'list', 'Office'], admin(core))
  expect(stdout).toMatch(/gw-1 +active .* never\n/)
  expect(stdout).toMatch(/gw\.internal +1\.6\.5 +since 2026-01-01 00:00/)
  expect(core.requests(LocationServiceService.listGateways)[0]).toMatchObject({
    location: 'Office',
  })
})

it.each([
  ['keeps its peers', undefined, true],
  ['has lost its peers', NEW_YEAR, false],
])('revokes a token, and says when its gateway %s', async (_what, connected_timestamp, isSaid) => {
  const known = gateway({ last_seen_timestamp: NEW_YEAR, connected_timestamp })
  core.answer(LocationServiceService.listGateways, () => ({
    gateways: [known],
    next_page_token: '',
  }))
  core.answer(LocationServiceService.revokeGatewayToken, () => ({
    gateway: { ...known, state: GatewayTokenState.REVOKED },
  }))
  const revoke = ['location', 'gateway-token', 'revoke', '3', '--yes']
  const { stderr, stdout, code } = await run(revoke, admin(core))
  expect([code, stdout.includes('revoked')]).toEqual([0, true])
  expect(stderr.includes('Stop them where they run')).toBe(isSaid)
  expect((await run(['location', 'gateway-token', 'revoke', '9', '--yes'], admin(core))).code).toBe(
    4,
  )
})

it('shows with a location who is connected to it', async () => {
  const connected = gateway({ hostname: 'gw.internal', connected_timestamp: NEW_YEAR })
  const status = { peers: 12, connected_devices: 3, gateways: [connected] }
  core.answer(LocationServiceService.getLocation, () => ({ location: OFFICE, status }))
  const { stdout } = await run(['location', 'show', 'Office'], admin(core))
  expect(stdout).toMatch(/^Devices +3 of 12 connected$/m)
  expect(stdout).toMatch(/^gw-1 +gw\.internal +- +since 2026-01-01 00:00 UTC +active$/m)
  const shown = await run(['location', 'show', 'Office', '--json'], admin(core))
  expect(JSON.parse(shown.stdout)).toMatchObject({
    peers: 12,
    connected_devices: 3,
    gateways: [{ name: 'gw-1', connected_since: '2026-01-01T00:00:00Z' }],
  })
})
