import { randomUUID } from 'node:crypto'
import { ApiTokenState } from '@defguard/proto/admin/v1/api_tokens'
import { status } from '@grpc/grpc-js'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { ALL_SCOPES, bearer, createToken } from './_api-tokens.js'
import { HOUR_MS, newPublicKey, startTestCore, type TestCore } from './_core.js'
import { query, whileHolding } from './_database.js'
import { PASSWORD, refusal } from './_mfa.js'

const DAY_MS = 24 * HOUR_MS
const NOT_LOGGED_IN = { code: status.UNAUTHENTICATED, reason: 'not_logged_in' }
const LOGIN_REQUIRED = { code: status.PERMISSION_DENIED, reason: 'login_required' }

let core: TestCore
beforeAll(async () => {
  core = await startTestCore()
  for (const role of ['auditor', 'user_admin'])
    await core.clients.groups.createGroup({ request_id: '', name: `${role}s`, role })
})
afterAll(() => core.stop())

const list = (as: Record<string, string>) =>
  core.clients.users.listUsers({ page: undefined, state: 0, search: '' }, as)

/** Somebody who administers people, and has logged in. */
async function userAdmin(username: string) {
  await core.createUser(username, { groups: ['user_admins'], password: PASSWORD })
  return core.loggedIn(username, PASSWORD)
}

describe('what a token is', () => {
  it('is shown once, kept as a hash, and says whose it is', async () => {
    const token = await createToken(core, ['users:write', 'users:write', 'mail:read'])
    expect(token.secret).toMatch(/^dgk_[0-9A-Za-z]{38}$/)
    expect(token.scopes).toEqual(['mail:read', 'users:write'])
    expect(token.expires_timestamp * 1000).toBe(
      Math.floor(core.time.now.getTime() / 1000) * 1000 + 90 * DAY_MS,
    )
    expect(await core.clients.auth.whoAmI({}, token.as)).toMatchObject({
      username: 'admin',
      role: 'admin',
      api_token: token.name,
      scopes: token.scopes,
      expires_timestamp: token.expires_timestamp,
    })
    const rows = await query(
      core.databaseUrl,
      'select to_jsonb(api_token)::text as row from api_token',
    )
    expect(JSON.stringify(rows)).not.toContain(token.secret)
  })

  it('has a name, scopes and an end, or is refused with all that is wrong', async () => {
    const odd = { request_id: '', name: ' ', scopes: ['users:delete'], expires_in_seconds: 299 }
    expect(await refusal(core.clients.apiTokens.createApiToken(odd))).toMatchObject({
      code: status.INVALID_ARGUMENT,
      message: expect.stringMatching(/name: .*scopes: .*expires_in_seconds: /),
    })
    const long = { request_id: '', name: 'long', scopes: [], expires_in_seconds: 366 * 86_400 }
    expect(await refusal(core.clients.apiTokens.createApiToken(long))).toMatchObject({
      message: expect.stringMatching(/scopes: .*expires_in_seconds: /),
    })
  })

  it('has a name of its own among those of its owner, whatever the case, until it is revoked', async () => {
    const request = { request_id: '', scopes: ['mail:read'], expires_in_seconds: 0 }
    const create = (name: string, as?: Record<string, string>) =>
      core.clients.apiTokens.createApiToken({ ...request, name }, as)
    const { api_token } = await create('Backup')
    expect(await refusal(create('backup'))).toMatchObject({ code: status.ALREADY_EXISTS })
    await create('backup', await userAdmin('namesake'))
    await core.clients.apiTokens.revokeApiToken({ id: api_token?.id ?? 0 })
    await create('backup')
  })

  it('is made once for a request id, and a repeat after a lost answer gets a secret that works', async () => {
    const request = { request_id: randomUUID(), name: 'twice', scopes: ['users:read'] }
    const create = () =>
      core.clients.apiTokens.createApiToken({ ...request, expires_in_seconds: 0 })
    const lost = await create()
    const repeated = await create()
    expect(repeated.api_token?.id).toBe(lost.api_token?.id)
    expect(await refusal(list(bearer(lost.secret)))).toMatchObject(NOT_LOGGED_IN)
    await list(bearer(repeated.secret))
    // A token in use is never pulled out from under its program.
    expect((await create()).secret).toBe('')
    await list(bearer(repeated.secret))
  })

  it('is one token for two requests with one id at once', async () => {
    const request = { request_id: randomUUID(), name: 'at once', scopes: ['users:read'] }
    const create = () =>
      core.clients.apiTokens.createApiToken({ ...request, expires_in_seconds: 0 })
    const replies = await whileHolding(
      core.databaseUrl,
      `select from "user" where username = 'admin' for update`,
      2,
      () => Promise.all([create(), create()]),
    )
    expect(new Set(replies.map(({ api_token }) => api_token?.id)).size).toBe(1)
    const uses = await Promise.allSettled(replies.map(({ secret }) => list(bearer(secret))))
    expect(uses.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  it('remembers to the hour when it was used, and from where', async () => {
    const { id, as } = await createToken(core, ['users:read'])
    const lastUse = async () => {
      const { api_tokens } = await core.clients.apiTokens.listApiTokens({
        page: undefined,
        username: 'admin',
      })
      return api_tokens.find((token) => token.id === id)
    }
    expect(await lastUse()).toMatchObject({ last_used_timestamp: undefined })
    await list(as)
    const first = await lastUse()
    expect(first).toMatchObject({ last_used_ip: '127.0.0.1' })
    core.advance(HOUR_MS - 1)
    await list(as)
    expect((await lastUse())?.last_used_timestamp).toBe(first?.last_used_timestamp)
    core.advance(1)
    await list(as)
    expect((await lastUse())?.last_used_timestamp).toBe((first?.last_used_timestamp ?? 0) + 3600)
  })

  it('is listed for its owner and for admins, and revoked by them alone', async () => {
    const uma = await userAdmin('lister')
    const own = await createToken(core, ['users:read'], uma)
    const foreign = await createToken(core, ['users:read'])
    const all = { page: undefined, username: '' }
    const { api_tokens } = await core.clients.apiTokens.listApiTokens(all, uma)
    expect(api_tokens.map(({ id }) => id)).toEqual([own.id])
    const revoke = (id: number, as?: Record<string, string>) =>
      core.clients.apiTokens.revokeApiToken({ id }, as)
    expect(await refusal(revoke(foreign.id, uma))).toMatchObject({ code: status.NOT_FOUND })
    await list(foreign.as)
    for (let i = 0; i < 2; i++)
      expect((await revoke(own.id)).api_token?.state).toBe(ApiTokenState.REVOKED)
    expect(await refusal(list(own.as))).toMatchObject(NOT_LOGGED_IN)
    const events = await query<{ story: string }>(
      core.databaseUrl,
      `select actor_name || ' ' || action as story from audit_event
       where object_kind = 'api_token' and object_id = $1 order by id`,
      [own.id],
    )
    expect(events.map(({ story }) => story)).toEqual([
      'lister api_token.created',
      'admin api_token.revoked',
    ])
  })
})

describe('what no token does', () => {
  it('acts on nobody who has a role, and makes nobody one of them', async () => {
    const { as } = await createToken(core, ALL_SCOPES)
    await core.createUser('boss', { groups: ['admin'], password: PASSWORD })
    await core.createUser('plain')
    const { groups, users, devices } = core.clients
    const calls = [
      () => core.disable('boss', as),
      () => groups.addMember({ group: 'admin', username: 'plain' }, as),
      () => groups.createGroup({ request_id: '', name: 'friends', role: 'auditor' }, as),
      () => groups.deleteGroup({ name: 'auditors' }, as),
      () =>
        devices.addDevice(
          { request_id: '', username: 'boss', name: 'x', pubkey: newPublicKey() },
          as,
        ),
      () => users.setPassword({ username: 'plain', password: PASSWORD }, as),
      () => users.resetMfa({ username: 'plain' }, as),
    ]
    for (const call of calls) expect(await refusal(call())).toMatchObject(LOGIN_REQUIRED)
    await core.disable('plain', as)
  })

  it('sets a password with a new account, leads mail elsewhere, or shortens the audit log', async () => {
    const { as } = await createToken(core, ALL_SCOPES)
    const person = {
      request_id: '',
      username: 'sneaky',
      email: 'sneaky@example.com',
      first_name: 'Jo',
      last_name: 'Doe',
      phone: undefined,
      language: undefined,
      groups: [],
      password: PASSWORD,
      invitation: undefined,
    }
    expect(await refusal(core.clients.users.createUser(person, as))).toMatchObject(LOGIN_REQUIRED)
    const { settings } = await core.clients.settings.getSettings({}, as)
    const update = (update_mask: string[]) =>
      core.clients.settings.updateSettings({ settings, update_mask }, as)
    for (const field of ['smtp_server', 'smtp_ca', 'audit_retention_months'])
      expect(await refusal(update(['instance_name', field]))).toMatchObject(LOGIN_REQUIRED)
    await update(['instance_name'])
  })
})
