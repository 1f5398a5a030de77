import { MailState } from '@defguard/proto/admin/v1/mail'
import { status } from '@grpc/grpc-js'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { startTestCore, type TestCore } from './_core.js'
import { query, refusal } from './_mfa.js'

/*
 * A fuzzer sent U+0000 where a name is looked up, and as the id of a request: PostgreSQL takes no such
 * text, so the call failed as if core were broken.
 */

let core: TestCore
beforeAll(async () => {
  core = await startTestCore()
})
afterAll(() => core.stop())

const NUL = 'a\u0000b'

it.each<[string, (core: TestCore) => Promise<unknown>]>([
  ['a group', ({ clients }) => clients.groups.getGroup({ name: NUL })],
  ['a member', ({ clients }) => clients.groups.addMember({ group: 'admin', username: NUL })],
  ['a person', ({ clients }) => clients.users.getUser({ username: NUL })],
  ['a person to disable', ({ clients }) => clients.users.disableUser({ username: NUL })],
  ['a location', ({ clients }) => clients.locations.getLocation({ name: NUL })],
  [
    'a recipient',
    ({ clients }) =>
      clients.mails.listMails({
        page: undefined,
        state: MailState.UNSPECIFIED,
        kind: '',
        recipient: NUL,
        token_id: 0,
      }),
  ],
])('refuses to look for %s with U+0000 in its name', async (_what, call) => {
  const { code, reason } = await refusal(call(core))
  expect([status.INVALID_ARGUMENT, status.NOT_FOUND]).toContain(code)
  expect(['invalid_argument', 'not_found']).toContain(reason)
})

it('takes what a caller says of itself for nothing when it holds U+0000', async () => {
  await core.createUser('odd-caller')
  const claims = {
    'x-request-id': '%00',
    'x-client-user-agent': 'x%00y',
    'x-client-address': '%00',
  }
  await core.clients.users.disableUser({ username: 'odd-caller' }, claims)
  await core.clients.enrollment.getInstance({}, claims)
  const rows = await query(
    core,
    `select request_id from audit_event where action = 'user.disabled'`,
  )
  expect(rows).toEqual([{ request_id: null }])
})
