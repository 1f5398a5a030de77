import { randomUUID } from 'node:crypto'
import { GatewayTokenState } from '@defguard/proto/admin/v1/locations'
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { refusal } from './_access.js'
import { bearer, createToken } from './_api-tokens.js'
import { HOUR_MS, startTestCore, type TestCore } from './_core.js'
import { query } from './_database.js'

const DAY_MS = 24 * HOUR_MS

let core: TestCore
beforeEach(async () => {
  core = await startTestCore()
  await core.createLocation('Office', ['10.1.1.1/24'])
})
afterEach(() => core.stop())

async function issue(name: string, request_id = '', location = 'office') {
  const request = { request_id, location, name }
  const { gateway, token } = await core.clients.locations.issueGatewayToken(request)
  if (!gateway) throw new Error('no gateway came back')
  return { ...gateway, token }
}

const list = async (location = '') =>
  (await core.clients.locations.listGateways({ page: undefined, location })).gateways

const revoke = async (id: number) =>
  (await core.clients.locations.revokeGatewayToken({ id })).gateway

it('shows a token once, and lists what it is worth', async () => {
  const { token, ...gateway } = await issue('gw-1')
  expect(token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/)
  expect(gateway).toMatchObject({ location: 'Office', name: 'gw-1', issued_by: 'admin' })
  expect(gateway).toMatchObject({ state: GatewayTokenState.ACTIVE, hostname: undefined })
  expect(gateway.expires_timestamp - gateway.issued_timestamp).toBe(365 * 86_400)
  await core.createLocation('Lab', ['10.2.1.1/24'])
  await issue('gw-1', '', 'Lab')
  expect(await list('OFFICE')).toEqual([gateway])
  expect((await list()).map(({ location }) => location)).toEqual(['Office', 'Lab'])
  const states = []
  for (const days of [334, 2, 40]) {
    core.advance(days * DAY_MS)
    await core.login()
    states.push((await list('Office'))[0]?.state)
  }
  const { ACTIVE, EXPIRING, EXPIRED } = GatewayTokenState
  expect(states).toEqual([ACTIVE, EXPIRING, EXPIRED])
})

it('keeps tokens nowhere: not in the database, not in the audit log', async () => {
  const { token, id } = await issue('gw-1')
  await revoke(id)
  const [, payload, signature] = token.split('.')
  const rows = await query(
    core.databaseUrl,
    `select to_jsonb(g)::text as text from gateway g
     union all select to_jsonb(e)::text from audit_event e where action like 'gateway.%'`,
  )
  expect(rows).toHaveLength(3)
  for (const { text } of rows)
    expect([text.includes(payload), text.includes(signature)]).toEqual([false, false])
  const events = await query(
    core.databaseUrl,
    `select action, actor_name, object_kind, object_name, details->>'location' as location
     from audit_event where action like 'gateway.%' order by id`,
  )
  const about = {
    actor_name: 'admin',
    object_kind: 'gateway',
    object_name: 'gw-1',
    location: 'Office',
  }
  expect(events).toEqual([
    { action: 'gateway.token_issued', ...about },
    { action: 'gateway.token_revoked', ...about },
  ])
})

it('gives one name to one gateway of a location, until its token is revoked', async () => {
  const { id } = await issue('gw-1')
  expect(await refusal(issue('GW-1'))).toMatchObject({ reason: 'already_exists' })
  expect(await revoke(id)).toMatchObject({ id, state: GatewayTokenState.REVOKED })
  expect(await revoke(id)).toMatchObject({ id, state: GatewayTokenState.REVOKED })
  expect((await issue('GW-1')).id).not.toBe(id)
  expect(await refusal(issue(''))).toMatchObject({ reason: 'invalid_argument' })
  expect(await refusal(issue('gw-2', '', 'Nowhere'))).toMatchObject({ reason: 'not_found' })
  expect(await refusal(revoke(999))).toMatchObject({ reason: 'not_found' })
})

it('gives the same token when a lost answer makes somebody ask again', async () => {
  const requestId = randomUUID()
  const answers = await Promise.all([1, 2, 3].map(() => issue('gw-1', requestId)))
  expect(new Set(answers.map(({ token }) => token)).size).toBe(1)
  expect(await list()).toHaveLength(1)
  await revoke(answers[0]?.id ?? 0)
  expect((await issue('gw-1', requestId)).token).toBe('')
})

it('gives it again, too, where tokens live so short that all are about to expire', async () => {
  const gateways = { ...core.config.gateways, tokenTimeoutMs: 7 * DAY_MS }
  await core.restart({ gateways })
  const requestId = randomUUID()
  const { token, state } = await issue('gw-1', requestId)
  expect(state).toBe(GatewayTokenState.EXPIRING)
  expect((await issue('gw-1', requestId)).token).toBe(token)
})

it('lets an API token have one only with the scope for private keys', async () => {
  const weak = await createToken(core, ['locations:write'])
  const strong = await createToken(core, ['locations:secret'])
  const request = { request_id: '', location: 'Office', name: 'gw-1' }
  const ask = (secret: string) => core.clients.locations.issueGatewayToken(request, bearer(secret))
  expect(await refusal(ask(weak.secret))).toMatchObject({ reason: 'scope_missing' })
  expect((await ask(strong.secret)).token).not.toBe('')
})

it('ends all tokens of a deleted location, and names the gateways that nobody can tell', async () => {
  for (const name of ['gw-2', 'gw-1', 'expired']) await issue(name)
  await query(core.databaseUrl, 'update gateway set last_seen_at = now()')
  await query(core.databaseUrl, `update gateway set expires_at = $1 where name = 'expired'`, [
    core.time.now,
  ])
  await issue('never there')
  await revoke((await issue('gw-3')).id)
  const { unreached_gateways } = await core.clients.locations.deleteLocation({ name: 'Office' })
  expect(unreached_gateways).toEqual(['expired', 'gw-1', 'gw-2'])
  expect(await list()).toEqual([])
  const events = await query(
    core.databaseUrl,
    `select object_name from audit_event where action = 'gateway.token_revoked' order by id`,
  )
  expect(events.map(({ object_name }) => object_name)).toEqual([
    'gw-3',
    'gw-1',
    'gw-2',
    'never there',
  ])
})
