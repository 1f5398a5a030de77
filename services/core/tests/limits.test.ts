import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { sweep } from '../src/db/call-counts.js'
import { openDatabase } from '../src/db/database.js'
import { HOUR_MS, MINUTE_MS, startTestCore, type TestCore } from './_core.js'
import { query, whileAway } from './_database.js'
import {
  from,
  LIMITS,
  outcomeOf,
  outcomes,
  outcomesAtOnce,
  startReplica,
  unknown,
} from './_limits.js'

const PASSWORD = 'correct horse battery'

let core: TestCore
beforeAll(async () => {
  core = await startTestCore({ limits: LIMITS })
})
afterAll(() => core.stop())

const start = (token: string, address: string) =>
  core.clients.enrollment.startEnrollment({ token }, from(address))
const startReset = (token: string, address: string) =>
  core.clients.passwordReset.startPasswordReset({ token }, from(address))
const poll = (token: string, address: string) =>
  core.clients.enrollment.getInstanceInfo({ polling_token: token }, from(address))

describe('tokens that do not exist', () => {
  it('are 20 a minute and 100 an hour for an address, at every start together', async () => {
    const guess = (i: number) =>
      i % 2
        ? start(i % 3 ? unknown('enrollment') : 'misspelt', '192.0.2.1')
        : startReset(unknown('passwordReset'), '192.0.2.1')
    expect(await outcomes(22, guess)).toBe('20 token_unknown, 2 wait 60')
    core.advance(59_001)
    expect(await outcomeOf(guess(1))).toBe('wait 1')
    for (let minute = 1; minute < 5; minute++) {
      core.advance(MINUTE_MS)
      expect(await outcomes(20, guess)).toBe('20 token_unknown')
    }
    core.advance(MINUTE_MS)
    expect(await outcomeOf(guess(1))).toMatch(/^wait 3\d{3}$/)
    core.advance(HOUR_MS)
    expect(await outcomeOf(guess(1))).toBe('token_unknown')
  })

  it('never keep a real one waiting, whatever its address did, nor one without an address', async () => {
    await core.createUser('neighbour')
    const { token } = await core.invite('neighbour')
    await outcomes(25, () => start(unknown('enrollment'), '192.0.2.2'))
    expect(await outcomeOf(start(token, '192.0.2.2'))).toBe('ok')
    await outcomes(25, () => core.start(unknown('enrollment')))
    expect(await outcomeOf(core.start(unknown('enrollment')))).toBe('wait 60')
    expect(await outcomeOf(core.start(token))).toBe('ok')
  })

  it('count for the whole /64 of an IPv6 address, and for no other', async () => {
    const guess = (address: string) => outcomeOf(start(unknown('enrollment'), address))
    await outcomes(20, (i) => start(unknown('enrollment'), `2001:db8:1:2:${i}::1`))
    expect(await guess('2001:db8:1:2:ffff::')).toBe('wait 60')
    expect(await guess('2001:db8:1:3::1')).toBe('token_unknown')
    await outcomes(20, () => start(unknown('enrollment'), '192.0.2.3'))
    expect(await guess('::ffff:192.0.2.3')).toBe('wait 60')
  })

  it('are guesses of nobody in particular where the address is none', async () => {
    core.advance(HOUR_MS)
    const odd = ['x'.repeat(300), '192.0.2.300', "'; --", '::1::']
    await outcomes(20, (i) => start(unknown('enrollment'), odd[i % odd.length] ?? ''))
    expect(await outcomeOf(start(unknown('enrollment'), 'another'))).toBe('wait 60')
  })

  it('count on all cores together, at once, and over a restart', async () => {
    const replica = await startReplica(core)
    const guess = (i: number) =>
      (i % 2 ? replica : core).clients.enrollment.startEnrollment(
        { token: unknown('enrollment') },
        from('192.0.2.4'),
      )
    expect(await outcomesAtOnce(50, guess)).toBe('20 token_unknown, 30 wait 60')
    await replica.stop()
    await core.restart()
    expect(await outcomeOf(guess(0))).toBe('wait 60')
  })

  it('fill the audit log with one event per address, minute and reason', async () => {
    await outcomes(30, () => start(unknown('enrollment'), '192.0.2.5'))
    const events = await query<{ reason: string }>(
      core.databaseUrl,
      `select reason from audit_event where ip = '192.0.2.5' order by id`,
    )
    expect(events.map(({ reason }) => reason)).toEqual(['token_unknown', 'rate_limited'])
  })
})

it('starts one link 200 times in its window, and tells others how long it runs', async () => {
  await core.createUser('restless')
  const { token } = await core.invite('restless')
  await core.start(token)
  core.advance(MINUTE_MS)
  // Rows in place of 199 calls, which take long.
  await query(core.databaseUrl, 'update enrollment_token set start_count = 198')
  expect(await outcomesAtOnce(12, () => core.start(token))).toBe('2 ok, 10 wait 540')
  core.advance(9 * MINUTE_MS)
  expect(await outcomeOf(core.start(token))).toBe('token_used')
})

it('starts one reset link 200 times in its window', async () => {
  await core.createUser('forgetful', { password: PASSWORD })
  await core.requestReset('forgetful@example.com')
  const token = await core.resetToken('forgetful@example.com')
  await core.startReset(token)
  await query(core.databaseUrl, 'update password_reset_token set start_count = 199')
  expect(await outcomes(3, () => core.startReset(token))).toBe('1 ok, 2 wait 600')
})

describe('polls', () => {
  it('are 10 a minute for a token, at once or not', async () => {
    const { token = '' } = await core.addDevice(await core.startedEnrollment('polling'), 'Laptop')
    expect(await outcomesAtOnce(12, () => poll(token, '192.0.2.10'))).toBe('10 ok, 2 wait 60')
    core.advance(MINUTE_MS)
    expect(await outcomes(11, () => poll(token, '192.0.2.10'))).toBe('10 ok, 1 wait 60')
  })

  it('with tokens that do not exist are 30 a minute for an address, and hinder no real one', async () => {
    const { token = '' } = await core.addDevice(await core.startedEnrollment('polite'), 'Laptop')
    const guess = (i: number) => poll(i % 2 ? unknown('polling') : 'odd', '192.0.2.11')
    expect(await outcomes(32, guess)).toBe('30 token_unknown, 2 wait 60')
    expect(await outcomeOf(poll(token, '192.0.2.11'))).toBe('ok')
    core.advance(MINUTE_MS)
    expect(await outcomeOf(guess(0))).toBe('token_unknown')
  })
})

describe('what makes core send mail', () => {
  it('is 30 requests for a reset link an hour, whoever they are for', async () => {
    const request = (i: number) => core.requestReset(`${i}@example.com`, from('192.0.2.20'))
    expect(await outcomes(32, request)).toBe('30 ok, 2 wait 3600')
    expect(await outcomeOf(core.requestReset('a@example.com', from('192.0.2.21')))).toBe('ok')
    core.advance(HOUR_MS)
    expect(await outcomeOf(request(1))).toBe('ok')
  })

  it('is 20 notes and requests for another link an hour', async () => {
    const { enrollment } = core.clients
    const session_secret = await core.startedEnrollment('talkative')
    const note = () => enrollment.reportMistake({ session_secret, text: 'Hi' }, from('192.0.2.22'))
    const ask = () =>
      enrollment.requestNewLink({ token: unknown('enrollment') }, from('192.0.2.22'))
    expect(await outcomes(18, ask)).toBe('18 ok')
    expect(await outcomes(3, note)).toBe('2 ok, 1 wait 3600')
    expect(await outcomeOf(ask())).toBe('wait 3600')
  })
})

it('lets nothing pass uncounted while the database is away', async () => {
  const answers = await whileAway(core.databaseUrl, () =>
    outcomes(3, (i) => (i > 1 ? poll('odd', '192.0.2.31') : start('odd', '192.0.2.31'))),
  )
  expect(answers).toBe('3 bare 14')
  expect(await outcomeOf(start('odd', '192.0.2.31'))).toBe('token_unknown')
})

describe('a flood of addresses', () => {
  const flood = (count: number, lastsMs: number) =>
    query(
      core.databaseUrl,
      `insert into call_count (key, taken, ends_at)
       select decode(md5(i || $2::text), 'hex'), 1, $2::timestamptz + i * interval '1 us'
       from generate_series(1, $1::integer) i`,
      [count, new Date(core.time.now.getTime() + lastsMs)],
    )
  const rowsUntil = async (lastsMs: number) => {
    const until = new Date(core.time.now.getTime() + lastsMs)
    const [row] = await query<{ rows: number }>(
      core.databaseUrl,
      'select count(*)::integer as rows from call_count where ends_at < $1',
      [until],
    )
    return row?.rows
  }

  it('is counted like a few, and gone with the next maintenance after its window', async () => {
    await flood(120_000, MINUTE_MS)
    expect(await outcomes(21, () => start(unknown('enrollment'), '192.0.2.40'))).toBe(
      '20 token_unknown, 1 wait 60',
    )
    core.advance(2 * HOUR_MS)
    await core.core.maintain()
    expect(await rowsUntil(24 * HOUR_MS)).toBe(0)
  })

  it('fills no more rows than there may be: those that end soonest go', async () => {
    await flood(1_000, HOUR_MS)
    await flood(500, MINUTE_MS)
    const db = openDatabase({ url: core.databaseUrl, poolMax: 1, onIdleError: () => {} })
    expect(await sweep(db, core.time.now, 1_200)).toBe(false)
    await db.destroy()
    expect([await rowsUntil(HOUR_MS), await rowsUntil(2 * HOUR_MS)]).toEqual([200, 1_200])
  })
})
