import { MailState } from '@defguard/proto/admin/v1/mail'
import { afterEach, expect, it } from '@jest/globals'
import { createCore } from '../src/core.js'
import {
  type MailMessage,
  MailServerTrouble,
  type MailTransport,
  type SmtpSettings,
} from '../src/mail/transport.js'
import { MINUTE_MS, startTestCore, type TestCore, waitFor } from './_core.js'
import { query } from './_database.js'
import { mailCounts, wakeDelivery } from './_mail-rows.js'
import { mailsTo } from './_outbox.js'
import { changeSettings } from './_settings.js'

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})

/** A transport whose every sending lasts until it is told how it ends. */
class HangingTransport implements MailTransport {
  readonly begun: { smtp: SmtpSettings; message: MailMessage; end: (error?: Error) => void }[] = []
  /** What is sent to this address only hangs; everything hangs while it is undefined. */
  slowAddress: string | undefined

  send(smtp: SmtpSettings, message: MailMessage): Promise<string> {
    return new Promise((resolve, reject) => {
      const end = (error?: Error) => (error ? reject(error) : resolve('250 taken'))
      this.begun.push({ smtp, message, end })
      if (this.slowAddress !== undefined && message.to !== this.slowAddress) end()
    })
  }

  close(): void {
    for (const { end } of this.begun) end(new Error('closed'))
  }

  get messageIds(): string[] {
    return this.begun.map(({ message }) => message.messageId).sort()
  }
}

const TROUBLE = 'connect ECONNREFUSED 10.0.0.25:25'
const WAITS = `waits for the mail server: ${TROUBLE}`

/** A transport that cannot reach one server. */
class FailingTransport implements MailTransport {
  attempts = 0

  constructor(public downServer: string | undefined) {}

  async send({ server }: SmtpSettings): Promise<string> {
    this.attempts += 1
    if (server === this.downServer) throw new MailServerTrouble(TROUBLE, 'connect')
    return '250 taken'
  }

  close(): void {}
}

/** A core that sends by `transport`, and whose mail waits, because it knows no mail server yet. */
async function startWaitingCore(transport: MailTransport): Promise<TestCore> {
  const core = await startTestCore({ smtpSeed: undefined })
  stops.push(() => core.stop())
  Object.assign(core.seams, { transport })
  await core.restart()
  return core
}

/** Another core on the same database, with its own way to the mail server. */
async function startSecondCore(core: TestCore, transport: MailTransport): Promise<void> {
  const second = createCore(core.config, { clock: core.seams.clock, transport })
  await second.start()
  stops.push(() => second.stop())
}

/** Somebody's welcome mail and the admin's note of it, one after the other. */
async function queueMails(core: TestCore, ...usernames: string[]): Promise<void> {
  for (const name of usernames)
    await core.activate(await core.startedEnrollment(name), 'correct horse battery')
}

async function nameServer(core: TestCore, server: string): Promise<void> {
  const sender = 'it@example.com'
  await changeSettings(core, { smtp_server: server, smtp_port: 25, smtp_sender: sender })
}

async function countOf(core: TestCore, condition: string): Promise<number> {
  const text = `select count(*)::int as count from mail where ${condition}`
  const [row] = await query<{ count: number }>(core.databaseUrl, text)
  return row?.count ?? 0
}

const names = (count: number) => Array.from({ length: count }, (_, i) => `person${i}`)

const sentOf = async (core: TestCore) => (await mailCounts(core.databaseUrl)).sent ?? 0
const sees = async (look: () => Promise<boolean> | boolean) =>
  waitFor(async () => ((await look()) ? true : undefined))

it('takes up the mail of a worker that is gone, as the same mail, whatever that one says later', async () => {
  const [first, second] = [new HangingTransport(), new HangingTransport()]
  const core = await startWaitingCore(first)
  await queueMails(core, 'survivor')
  await nameServer(core, 'mail.example.com')
  await sees(() => first.begun.length === 2)
  await startSecondCore(core, second)
  core.advance(2 * MINUTE_MS)
  await sees(() => second.begun.length === 2)
  expect(second.messageIds).toEqual(first.messageIds)
  for (const { end } of first.begun) end(new Error('451 too late'))
  await core.restart() // by then, what the first one made of it is booked
  const state = () => mailsTo(core, 'survivor@example.com')
  expect(await state()).toMatchObject([{ state: MailState.SENDING, attempts: 2 }])
  for (const { end } of second.begun) end()
  await sees(async () => (await sentOf(core)) === 2)
  expect(await state()).toMatchObject([{ state: MailState.SENT, attempts: 2 }])
})

it('tries no link again that was revoked while it was being sent', async () => {
  const transport = new HangingTransport()
  const core = await startWaitingCore(transport)
  await nameServer(core, 'mail.example.com')
  await core.createUser('revoked')
  const { id } = await core.invite('revoked', { send_email: true })
  await sees(() => transport.begun.length === 1)
  await core.clients.enrollments.revokeToken({ token: { id, username: undefined } })
  transport.begun[0]?.end(new Error('451 try again later'))
  await sees(async () => (await countOf(core, `state = 'failed'`)) === 1)
  core.advance(MINUTE_MS)
  await wakeDelivery(core.databaseUrl)
  await sees(async () => (await countOf(core, `state = 'given_up'`)) === 1)
  expect(await countOf(core, 'variables_sealed is not null')).toBe(0)
  expect(transport.begun).toHaveLength(1)
})

it('sends five mails at a time, however many wait, and the next as soon as one is done', async () => {
  const transport = new HangingTransport()
  const core = await startWaitingCore(transport)
  await queueMails(core, ...names(4))
  await nameServer(core, 'mail.example.com')
  for (let done = 0; done < 8; done += 1) {
    const begun = Math.min(done + 5, 8)
    await sees(() => transport.begun.length === begun)
    expect(await mailCounts(core.databaseUrl)).toMatchObject({ sending: begun - done })
    transport.begun[done]?.end()
    await sees(async () => (await sentOf(core)) === done + 1)
  }
})

it('lets no slow mail hold up the others, and finishes it before it stops', async () => {
  const transport = new HangingTransport()
  transport.slowAddress = 'slow@example.com'
  const core = await startWaitingCore(transport)
  await queueMails(core, 'slow', ...names(6))
  await nameServer(core, 'mail.example.com')
  await sees(async () => (await sentOf(core)) === 13)
  const slow = transport.begun.find(({ message }) => message.to === 'slow@example.com')
  const restarted = core.restart()
  slow?.end()
  await restarted
  expect(await mailCounts(core.databaseUrl)).toEqual({ sent: 14 })
})

it('keeps the attempts of waiting mails while the server is down, says why they wait, and catches up', async () => {
  const server = new FailingTransport('mail.example.com')
  const core = await startWaitingCore(server)
  await queueMails(core, ...names(12))
  await nameServer(core, 'mail.example.com')
  const { databaseUrl } = core
  await sees(async () => (await countOf(core, `last_error = '${WAITS}'`)) === 19)
  expect(server.attempts).toBe(5)

  // From now on single mails try it, ever later: after 10 s, 30 s, then every two minutes.
  for (const [pauseS, attempts] of [
    [9, 5],
    [1, 6],
    [29, 6],
    [1, 7],
    [119, 7],
    [1, 8],
  ] as const) {
    core.advance(pauseS * 1000)
    await wakeDelivery(databaseUrl)
    await sees(async () => (await countOf(core, `state = 'failed'`)) === attempts)
    expect(server.attempts).toBe(attempts)
  }
  expect(await countOf(core, 'attempts > 1')).toBe(0)

  server.downServer = undefined
  core.advance(2 * MINUTE_MS)
  await wakeDelivery(databaseUrl)
  await sees(async () => (await sentOf(core)) === 24)
  expect(await countOf(core, 'attempts = 1')).toBe(16)
  expect(await countOf(core, 'last_error is not null')).toBe(0)
})

it('gives another server all that waited for the last one, at once', async () => {
  const server = new FailingTransport('old.example.com')
  const core = await startWaitingCore(server)
  await queueMails(core, ...names(6))
  await nameServer(core, 'old.example.com')
  await sees(async () => (await countOf(core, `last_error = '${WAITS}'`)) === 7)
  await nameServer(core, 'new.example.com')
  await sees(async () => (await sentOf(core)) === 7)
})

it('goes by changed settings in every core as soon as the change is acknowledged', async () => {
  const transports = [new HangingTransport(), new HangingTransport()] as const
  const core = await startWaitingCore(transports[0])
  await startSecondCore(core, transports[1])
  await nameServer(core, 'old.example.com')
  await nameServer(core, 'new.example.com')
  await queueMails(core, ...names(5))
  await sees(() => transports.every(({ begun }) => begun.length === 5))
  const servers = transports.flatMap(({ begun }) => begun.map(({ smtp }) => smtp.server))
  expect(new Set(servers)).toEqual(new Set(['new.example.com']))
  for (const transport of transports) transport.close()
})
