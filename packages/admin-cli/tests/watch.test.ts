import { once } from 'node:events'
import { createInterface } from 'node:readline'
import {
  EnrollmentAdminServiceService,
  type EnrollmentEvent,
  EnrollmentEventKind,
  TokenKind,
} from '@defguard/proto/admin/v1/enrollments'
import { status } from '@grpc/grpc-js'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { admin, run, start } from './_cli.js'
import { refusal, TestCore } from './_core.js'
import { NEW_YEAR } from './_samples.js'

let core: TestCore
beforeAll(async () => {
  core = await new TestCore().start()
})
afterAll(() => core.stop())

const { watchEnrollments } = EnrollmentAdminServiceService

function event(id: number, kind: EnrollmentEventKind, more: Partial<EnrollmentEvent> = {}) {
  return {
    cursor: `after-${id}`,
    event: {
      id,
      timestamp: NEW_YEAR,
      kind,
      token_id: 31,
      token_kind: TokenKind.ENROLLMENT,
      user: 'anna',
      actor: undefined,
      device: undefined,
      reason: undefined,
      ip: undefined,
      ...more,
    },
  }
}

it('prints every event as it comes, goes on from the last one when core ends the stream, and ends with Ctrl-C', async () => {
  const first = [
    { cursor: 'begin', event: undefined },
    event(1, EnrollmentEventKind.ISSUED, { actor: 'admin' }),
    event(2, EnrollmentEventKind.DEVICE_ADDED, {
      actor: 'anna',
      device: 'lap\u001b[2Jtop',
      ip: '192.0.2.7',
    }),
  ]
  const trouble = { mail_kind: 'enrollment_invitation', mail_error: '451 try again later' }
  const second = [
    event(3, EnrollmentEventKind.MAIL_FAILED, trouble),
    event(4, EnrollmentEventKind.ACTIVATED, { actor: 'anna' }),
  ]
  core.answer(watchEnrollments, (({ cursor }: { cursor: string }) =>
    cursor === '' ? first : cursor === 'after-2' ? second : []) as never)
  const child = start(['enrollment', 'watch'], admin(core))
  child.stderr.resume()
  const lines: string[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line)
    if (lines.length === 4) break
  }
  child.kill('SIGINT')
  const [code] = await once(child, 'exit')
  expect(code).toBe(130)
  expect(lines).toEqual([
    '2026-01-01 00:00 UTC  issued              anna  token 31  by admin',
    '2026-01-01 00:00 UTC  device_added        anna  device lap\ufffd[2Jtop  token 31  from 192.0.2.7',
    '2026-01-01 00:00 UTC  mail_failed         anna  enrollment_invitation  451 try again later  token 31',
    '2026-01-01 00:00 UTC  activated           anna  token 31',
  ])
})

it('prints one line of JSON per event, each with the cursor to go on from', async () => {
  core.answer(watchEnrollments, (({ cursor }: { cursor: string }) => {
    if (cursor === 'after-9') {
      return [event(10, EnrollmentEventKind.START_REFUSED, { reason: 'token_expired' })]
    }
    throw refusal(status.UNAUTHENTICATED, 'not logged in', 'not_logged_in')
  }) as never)
  const args = ['enrollment', 'watch', '--since', 'after-9', '--json']
  const { code, stdout } = await run(args, admin(core))
  expect(code).toBe(3)
  expect(stdout.endsWith('}\n')).toBe(true)
  expect(JSON.parse(stdout)).toEqual({
    cursor: 'after-10',
    id: 10,
    at: '2026-01-01T00:00:00Z',
    kind: 'start_refused',
    token: 31,
    token_kind: 'enrollment',
    user: 'anna',
    actor: null,
    device: null,
    reason: 'token_expired',
    ip: null,
    mail_kind: null,
    mail_error: null,
  })
})

it('says at once when core was never there', async () => {
  const gone = { ...admin(core), DEFGUARD_ADMIN_CORE: 'http://127.0.0.1:1' }
  expect((await run(['enrollment', 'watch'], gone)).code).toBe(6)
})
