import { MailState } from '@defguard/proto/admin/v1/mail'
import { expect, it } from '@jest/globals'
import { HOUR_MS, startTestCore } from './_core.js'
import { query } from './_database.js'
import { mailInState, mailsTo } from './_outbox.js'

const DAY_MS = 24 * HOUR_MS

it('lets a mail whose core was killed wait again while there is no mail server', async () => {
  const other = await startTestCore({ smtpSeed: undefined })
  await other.createUser('lost')
  const secret = await other.startedEnrollment('lost2')
  await other.activate(secret, 'Tulip-rain-4711!')
  const { id } = await mailInState(other, 'lost2@example.com', MailState.QUEUED)
  await query(
    other.databaseUrl,
    `update mail set state = 'sending', attempts = 1, leased_until = $2 where id = $1`,
    [id, other.time.now],
  )
  await other.core.maintain()
  expect(await mailsTo(other, 'lost2@example.com')).toMatchObject([{ state: MailState.QUEUED }])
  await other.stop()
})

it('forgets mails that are over after ninety days, some at a time', async () => {
  const own = await startTestCore()
  await own.activate(await own.startedEnrollment('sue'), 'Tulip-rain-4711!')
  await mailInState(own, 'sue@example.com', MailState.SENT)
  await query(
    own.databaseUrl,
    `insert into mail (kind, recipient, language, message_id, state, created_at, next_attempt_at)
     select 'welcome', 'old@example.com', 'en', gen_random_uuid(), state, $1, $1
     from unnest(array['given_up', 'cancelled']) state, generate_series(1, 600)`,
    [own.time.now],
  )
  const left = async () => {
    const rows = await query<{ count: number }>(
      own.databaseUrl,
      'select count(*)::int as count from mail',
    )
    return rows[0]?.count ?? 0
  }
  const all = await left()
  const seen: number[] = []
  for (const ms of [90 * DAY_MS - HOUR_MS, 2 * HOUR_MS, 0]) {
    own.advance(ms)
    await own.core.maintain()
    seen.push(await left())
  }
  expect(seen).toEqual([all, all - 1000, 0])
  await own.stop()
})
