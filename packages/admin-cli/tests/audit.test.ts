import {
  AuditDamage,
  type AuditEvent,
  AuditResult,
  AuditServiceService,
} from '@defguard/proto/admin/v1/audit'
import { status } from '@grpc/grpc-js'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { admin, run } from './_cli.js'
import { refusal, TestCore } from './_core.js'
import { NEW_YEAR } from './_samples.js'

let core: TestCore
beforeAll(async () => {
  core = await new TestCore().start()
})
afterAll(() => core.stop())

const LINK = 'ab'.repeat(32)

function event(id: number, more: Partial<AuditEvent> = {}): AuditEvent {
  return {
    id,
    timestamp_micros: NEW_YEAR * 1_000_000 + 1500,
    actor_kind: 'admin',
    actor_id: 1,
    actor_name: 'admin',
    action: 'user.created',
    object_kind: 'user',
    object_id: 7,
    object_name: 'anna',
    result: AuditResult.OK,
    reason: undefined,
    ip: '192.0.2.7',
    user_agent: 'defguard-admin/0.1.0',
    request_id: undefined,
    details_json: '{"groups": ["staff"]}',
    ...more,
  }
}

it('lists events with what was asked for, and says when there are more', async () => {
  core.answer(AuditServiceService.listAuditEvents, ({ page }) => ({
    events: page?.page_token ? [event(1)] : [event(3), event(2)],
    next_page_token: page?.page_token ? '' : 'p2',
  }))
  const filter = ['--since', '2026-01-01', '--user', 'anna', '--action', 'user.', '--result', 'ok']
  const { stdout, stderr } = await run(['audit', 'list', ...filter, '--limit', '2'], admin(core))
  expect(stdout.split('\n').slice(0, 2)).toEqual([
    'AT                    WHO    ACTION        WHAT       RESULT  FROM       DETAILS',
    '2026-01-01 00:00 UTC  admin  user.created  user anna  ok      192.0.2.7  {"groups": ["staff"]}',
  ])
  expect(stdout.split('\n')).toHaveLength(4)
  expect(stderr).toContain('There are more')
  expect(core.requests(AuditServiceService.listAuditEvents)[0]).toMatchObject({
    since_timestamp: NEW_YEAR,
    until_timestamp: 0,
    username: 'anna',
    action: 'user.',
    result: AuditResult.OK,
  })
  const json = await run(['audit', 'list', '--json'], admin(core))
  expect(JSON.parse(json.stdout)).toHaveLength(3)
  expect(JSON.parse(json.stdout)[0]).toEqual({
    id: 3,
    at: '2026-01-01T00:00:00.001Z',
    actor_kind: 'admin',
    actor_id: 1,
    actor_name: 'admin',
    action: 'user.created',
    object_kind: 'user',
    object_id: 7,
    object_name: 'anna',
    result: 'ok',
    reason: null,
    ip: '192.0.2.7',
    user_agent: 'defguard-admin/0.1.0',
    request_id: null,
    details: { groups: ['staff'] },
  })
})

it('lets nothing in an event act on the terminal, in a table or a line', async () => {
  const hostile = '\u001b[2J\u009b31m\u202eevil\u2028'
  const trap = event(1, { object_name: hostile, user_agent: hostile, ip: hostile })
  core.answer(AuditServiceService.listAuditEvents, () => ({ events: [trap], next_page_token: '' }))
  core.answerInPieces(AuditServiceService.exportAuditEvents, [
    { position: 1, link: LINK, event: trap },
  ])
  const list = await run(['audit', 'list'], admin(core))
  const lines = await run(['audit', 'export'], admin(core))
  for (const { stdout } of [list, lines])
    expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u2028\u202a-\u202e]/u)
  expect(JSON.parse(lines.stdout)).toMatchObject({ object_name: hostile, position: 1, link: LINK })
})

it('exports a line per event, and goes on from the last one when core goes away', async () => {
  const piece = (position: number) => ({ position, link: LINK, event: event(position + 10) })
  let isAway = false
  core.answer(AuditServiceService.exportAuditEvents, (({ after_position }: never) => {
    if (isAway) {
      isAway = false
      throw refusal(status.UNAVAILABLE, 'temporarily unavailable', undefined)
    }
    return after_position === 4 ? brokenAfter(piece(5), piece(6)) : [piece(7)]
  }) as never)
  function* brokenAfter(...pieces: unknown[]) {
    yield* pieces
    isAway = true
    throw refusal(status.UNAVAILABLE, 'core stops', undefined)
  }
  const { code, stdout, stderr } = await run(['audit', 'export', '--after', '4'], admin(core))
  const positions = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).position)
  expect([code, positions]).toEqual([0, [5, 6, 7]])
  expect(stderr).toContain('Lost core at')
})

it('ends with 0 for a log that is intact, and with 5 and the first event for one that is not', async () => {
  const verdict = {
    damage: AuditDamage.UNSPECIFIED,
    event_id: undefined,
    position: undefined,
    intact_position: 2000,
    intact_link: LINK,
    waiting: 3,
  }
  const answer = (change: object) =>
    core.answerInPieces(AuditServiceService.verifyAudit, [
      { checked: 1000, total: 2000, verdict: undefined },
      { checked: 2000, total: 2000, verdict: { ...verdict, ...change } },
    ])
  answer({})
  const good = await run(['audit', 'verify', '--json'], admin(core))
  expect(good.code).toBe(0)
  expect(JSON.parse(good.stdout)).toEqual({
    intact: true,
    damage: null,
    event_id: null,
    position: null,
    checked: 2000,
    waiting: 3,
    intact_link: `2000:${LINK}`,
  })
  answer({ damage: AuditDamage.EDITED, event_id: 17, position: 16, intact_position: 15 })
  const bad = await run(['audit', 'verify', '--since-link', `9:${LINK}`], admin(core))
  expect(bad.code).toBe(5)
  expect(bad.stdout).toMatch(/^Damage +an event was edited$/m)
  expect(bad.stdout).toMatch(/^First event +17$/m)
  expect(core.requests(AuditServiceService.verifyAudit).at(-1)).toEqual({ since_link: `9:${LINK}` })
})
