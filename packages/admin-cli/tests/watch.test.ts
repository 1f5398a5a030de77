import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { ConnectionEventKind, DeviceServiceService } from '@defguard/proto/admin/v1/devices'
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

it('prints who is connected to a VPN, what goes through, and who comes back after core was away', async () => {
  const { watchConnections } = DeviceServiceService
  const connection = {
    connected: true,
    connected_timestamp: NEW_YEAR,
    latest_handshake_timestamp: NEW_YEAR,
    endpoint: '203.0.113.9:51820',
    sent_bytes: 1_572_864,
    received_bytes: 512,
  }
  const gateway = {
    timestamp: NEW_YEAR,
    kind: ConnectionEventKind.GATEWAY_CONNECTED,
    gateway: 'gw-1',
    hostname: 'gw.internal',
    gateway_connected_timestamp: NEW_YEAR,
    connection: undefined,
  }
  const device = {
    timestamp: NEW_YEAR,
    kind: ConnectionEventKind.DEVICE_TRAFFIC,
    device_id: 3,
    device: 'lap\u001b[2Jtop',
    user: 'anna',
    connection,
  }
  const answers = [{ event: gateway }, { event: undefined }, { event: device }]
  core.answer(watchConnections, (() => answers) as never)
  const child = start(['location', 'watch', 'Office'], admin(core))
  child.stderr.resume()
  const lines: string[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line)
    if (lines.length === 3) break
  }
  child.kill('SIGINT')
  await once(child, 'exit')
  expect(lines.slice(0, 2)).toEqual([
    '2026-01-01 00:00 UTC  gateway_connected     gw-1  gw.internal  since 2026-01-01 00:00 UTC',
    '2026-01-01 00:00 UTC  device_traffic        lap�[2Jtop  anna  since 2026-01-01 00:00 UTC  from 203.0.113.9:51820  (1.5 MiB to it, 512 B from it)',
  ])
  expect(lines[2]).toBe(lines[0])
  expect(core.requests(watchConnections)[0]).toEqual({ location: 'Office' })
})
