import { setTimeout } from 'node:timers/promises'
import { MailState } from '@defguard/proto/admin/v1/mail'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { createCore } from '../src/core.js'
import { MailRejected } from '../src/mail/transport.js'
import { MINUTE_MS, startTestCore, type TestCore, waitFor } from './_core.js'
import { query, whileHolding } from './_database.js'
import { wakeDelivery } from './_mail-rows.js'
import { overlapping, refusal } from './_mfa.js'
import { ANY, invitedInVain, mailInState, mailsTo } from './_outbox.js'

const BUSY = new Error('451 try again later')
const REFUSED = new MailRejected('550 no such user')

let core: TestCore
beforeAll(async () => {
  core = await startTestCore()
})
afterAll(() => core.stop())

const deliveriesTo = (recipient: string) =>
  core.transport.sent.filter(({ to }) => to === recipient).length

/** What a worker does to a mail, held open in the middle of it. */
const leasing = (id: number) =>
  `update mail set state = 'sending', attempts = attempts + 1, leased_until = '2030-01-01' where id = ${id}`

it('neither cancels nor retries a mail that a worker takes at that moment', async () => {
  for (const [name, act] of [
    ['cancelled', core.clients.mails.cancelMail],
    ['retried', core.clients.mails.retryMail],
  ] as const) {
    const { id } = await invitedInVain(core, name, BUSY, MailState.FAILED)
    const outcome = await whileHolding(core.databaseUrl, leasing(id), 1, () => refusal(act({ id })))
    expect(outcome).toMatchObject({ code: 9, reason: 'mail_sending' })
    expect(await mailsTo(core, `${name}@example.com`)).toMatchObject([{ has_contents: true }])
  }
})

it('queues a mail once and sends it once when several admins retry it at the same moment', async () => {
  const { id } = await invitedInVain(core, 'twice', REFUSED, MailState.GIVEN_UP)
  const retry = () => core.clients.mails.retryMail({ id })
  const row = `select from mail where id = ${id}`
  const outcomes = await overlapping(core, row, [retry, retry, retry, retry])
  expect(outcomes.map(({ status }) => status)).toContain('fulfilled')
  await mailInState(core, 'twice@example.com', MailState.SENT)
  const retried = await query(
    core.databaseUrl,
    `select from audit_event where action = 'mail.retried' and object_id = $1`,
    [id],
  )
  expect(retried).toHaveLength(1)
  expect(deliveriesTo('twice@example.com')).toBe(1)
})

it('either sends a mail or cancels it, however close the two come', async () => {
  const other = createCore(core.config, core.seams)
  await other.start()
  const names = Array.from({ length: 30 }, (_, i) => `close${i}`)
  await Promise.all(names.map((name) => core.createUser(name)))
  core.transport.failure = BUSY
  await Promise.all(names.map((name) => core.invite(name, { send_email: true })))
  const ours = async (state: MailState) =>
    (await core.clients.mails.listMails({ ...ANY, state })).mails.filter(({ user }) =>
      user?.startsWith('close'),
    )
  const inState = (state: MailState, count: number) =>
    waitFor(async () => {
      const mails = await ours(state)
      return mails.length === count ? mails : undefined
    })
  const waiting = await inState(MailState.FAILED, names.length)
  core.transport.failure = undefined
  core.advance(MINUTE_MS)
  // A server that takes a moment, so that not all is over at once.
  const send = core.transport.send.bind(core.transport)
  core.transport.send = async (smtp, mail) => {
    await setTimeout(20)
    return send(smtp, mail)
  }
  await wakeDelivery(core.databaseUrl)
  await waitFor(() => core.transport.sent.find(({ to }) => to.startsWith('close')))
  const outcomes = await Promise.allSettled(
    waiting.map(({ id }) => core.clients.mails.cancelMail({ id })),
  )
  core.transport.send = send
  const cancelled = waiting.filter((_, i) => outcomes[i]?.status === 'fulfilled')
  const sent = await inState(MailState.SENT, names.length - cancelled.length)
  expect(await ours(MailState.CANCELLED)).toHaveLength(cancelled.length)
  for (const { recipient } of cancelled) expect(deliveriesTo(recipient)).toBe(0)
  for (const { recipient } of sent) expect(deliveriesTo(recipient)).toBe(1)
  await other.stop()
})

it('leaves no link to be sent when its token is revoked while its mail is retried', async () => {
  const { id, token_id } = await invitedInVain(core, 'both', REFUSED, MailState.GIVEN_UP)
  const token = { token: { id: token_id, username: undefined } }
  await overlapping<unknown>(core, `select from mail where id = ${id}`, [
    () => core.clients.enrollments.revokeToken(token),
    () => core.clients.mails.retryMail({ id }),
  ])
  const over = await waitFor(async () => {
    const [mail] = await mailsTo(core, 'both@example.com')
    return mail?.has_contents === false && !isWaiting(mail.state) ? mail : undefined
  })
  // A worker may have been quicker than the revocation; the link was good then.
  expect(deliveriesTo('both@example.com')).toBe(over.state === MailState.SENT ? 1 : 0)
  core.advance(MINUTE_MS)
  expect(await refusal(core.clients.mails.retryMail({ id }))).toMatchObject({ code: 9 })
})

function isWaiting(state: MailState): boolean {
  return [MailState.QUEUED, MailState.FAILED, MailState.SENDING].includes(state)
}
