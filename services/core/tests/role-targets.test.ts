import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { ROWS } from './_access-matrix.js'
import { ALL_SCOPES, createToken } from './_api-tokens.js'
import { callsOnRoles, type RoleTarget } from './_calls-on-roles.js'
import { refusalOf } from './_clients.js'
import { newPublicKey, startTestCore, type TestCore } from './_core.js'
import { query } from './_database.js'
import { PASSWORD } from './_mfa.js'

/** All but logins of what may change, in an order of its own. */
const STATE = `
  select 'user', to_jsonb("user")::text from "user" union all
  select 'group', to_jsonb("group")::text from "group" union all
  select 'member', to_jsonb(user_group)::text from user_group union all
  select 'device', to_jsonb(device)::text from device union all
  select 'token', to_jsonb(enrollment_token)::text from enrollment_token union all
  select 'session', to_jsonb(admin_session)::text from admin_session union all
  select 'mail', (to_jsonb(mail) - 'state')::text from mail order by 1, 2`

const ACTING = ROWS.filter(
  ({ roles }) => roles.includes('user_admin') && !roles.includes('auditor'),
)

let core: TestCore
const targets: RoleTarget[] = []
/** Who acts, and what each is told. */
const actors: Record<string, { as: Record<string, string>; reasons: string[] }> = {}
beforeAll(async () => {
  core = await startTestCore()
  const { groups, enrollments, devices } = core.clients
  await groups.createGroup({ request_id: '', name: 'staff', role: 'none' })
  await core.createUser('bystander')
  for (const role of ['auditor', 'user_admin', 'admin']) {
    const group = `${role}s`
    await groups.createGroup({ request_id: '', name: group, role })
    const username = `target-${role}`
    await core.createUser(username, { groups: [group], password: PASSWORD })
    const request = { request_id: '', username, name: 'laptop', pubkey: newPublicKey() }
    const { device } = await devices.addDevice(request)
    const options = { send_email: false, email: undefined, expires_in_seconds: 0 }
    const { invitation } = await enrollments.issueDesktopActivation({ username, options })
    targets.push({ username, group, deviceId: device?.id ?? 0, tokenId: invitation?.id ?? 0 })
  }
  await core.createUser('uma', { groups: ['user_admins'], password: PASSWORD })
  const as = await core.loggedIn('uma', PASSWORD)
  const ofUma = await createToken(core, ALL_SCOPES, as)
  const ofAdmin = await createToken(core, ALL_SCOPES)
  actors['a user admin'] = { as, reasons: ['not_allowed'] }
  actors['an API token of a user admin'] = {
    as: ofUma.as,
    reasons: ['not_allowed', 'login_required'],
  }
  actors['an API token of an admin'] = { as: ofAdmin.as, reasons: ['login_required'] }
})
afterAll(() => core.stop())

it('knows every call with which anybody below an admin acts', () => {
  expect(Object.keys(callsOnRoles(core)).sort()).toEqual(ACTING.map(({ rpc }) => rpc).sort())
})

describe.each(ACTING.map(({ rpc }) => rpc))('%s', (rpc) => {
  it.each(['a user admin', 'an API token of a user admin', 'an API token of an admin'])(
    'keeps %s, with every scope, from people and groups with a role',
    async (name) => {
      const { as, reasons } = actors[name] ?? { as: {}, reasons: [] }
      const before = await query(core.databaseUrl, STATE)
      for (const target of targets) {
        for (const call of callsOnRoles(core)[rpc]?.(target, as) ?? []) {
          const outcome = await call().then(
            () => 'done',
            (err) => err.reason ?? refusalOf(err).reason,
          )
          expect(reasons).toContain(outcome)
        }
      }
      expect(await query(core.databaseUrl, STATE)).toEqual(before)
    },
  )
})
