import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals'
import type { SMTPServer, SMTPServerOptions } from 'smtp-server'
import { createSmtpTransport } from '../src/mail/smtp-transport.js'
import type { SmtpSettings } from '../src/mail/transport.js'
import { HOUR_MS, startTestCore, type TestCore, waitFor } from './_core.js'
import { mailInState, mailRows, wakeDelivery } from './_mail-rows.js'
import { changeSettings } from './_settings.js'
import { MailServers, type ReceivedMail, readMail, smtpError } from './_smtp.js'

const RETRY_MS = 12_000
const servers = new MailServers()
afterEach(() => servers.stop())

let core: TestCore
beforeAll(async () => {
  core = await startTestCore()
  Object.assign(core.seams, { transport: createSmtpTransport() })
  await core.restart()
})
afterAll(() => core.stop())

async function sendTo(smtp: SmtpSettings): Promise<void> {
  await changeSettings(core, {
    smtp_port: smtp.port,
    smtp_timeout_seconds: smtp.timeoutMs / 1000,
    smtp_user: smtp.user,
    smtp_password: smtp.password,
  })
}

/** It waits beside each invitation for its own time. */
const REMINDER = { kind: 'enrollment_reminder', state: 'queued' }

let people = 0
/** Invites somebody by mail; answers with where the mail goes. */
async function mailSomebody(email?: string): Promise<string> {
  const username = `person${++people}`
  await core.createUser(username)
  const options = { send_email: true, ...(email === undefined ? {} : { email }) }
  await core.invite(username, options)
  return email ?? `${username}@example.com`
}

const later = (ms: number) => {
  core.advance(ms)
  return wakeDelivery(core.databaseUrl)
}

/** A server that has a fault until it is mended. */
interface Fault {
  isMended: boolean
  server: SMTPServer | undefined
  received: ReceivedMail[]
}
type Faulty = (fault: Fault) => SMTPServerOptions

async function startFaulty(options: Faulty) {
  const fault: Fault = { isMended: false, server: undefined, received: [] }
  const started = await servers.start(options(fault))
  Object.assign(fault, { server: started.server, received: started.received })
  return { ...started, fault }
}

function drop({ server }: Fault): void {
  for (const { _socket: socket } of server?.connections ?? []) socket.destroy()
}

type Verdict = (error?: Error) => void
const until = (fault: Fault, error: Error, done: Verdict) => (fault.isMended ? done() : done(error))

const onSender =
  (error: Error): Faulty =>
  (fault) => ({ onMailFrom: (_address, _session, done) => until(fault, error, done) })
const onRecipient =
  (error: Error): Faulty =>
  (fault) => ({ onRcptTo: (_address, _session, done) => until(fault, error, done) })
/** Reads the whole mail, then does something else than take it. */
const onEnd =
  (act: (fault: Fault, mail: ReceivedMail, done: Verdict) => void): Faulty =>
  (fault) => ({
    onData: (stream, session, done) =>
      void readMail(stream, session).then((mail) => {
        if (!fault.isMended) return act(fault, mail, done)
        fault.received.push(mail)
        done()
      }),
  })
const refuseAtEnd = (error: Error) => onEnd((_fault, _mail, done) => done(error))

it.each<[string, Faulty, RegExp]>([
  ['greylists', onRecipient(smtpError(451, 'try later')), /451 try later/],
  ['has had enough recipients', onRecipient(smtpError(452, 'too many')), /452 too many/],
  ['is being shut down', onRecipient(smtpError(421, 'shutting down')), /421 shutting down/],
  ['is full', refuseAtEnd(smtpError(452, 'no space')), /452 no space/],
  ['does not know the sender', onSender(smtpError(550, 'who are you')), /550 who are you/],
  ['does not take so much from a sender', onSender(smtpError(451, 'slower')), /451 slower/],
  [
    'refuses the sender only at the recipient',
    onRecipient(smtpError(553, '5.1.8 <it@example.com>: Sender refused')),
    /553 5\.1\.8 <\*\*\*>: Sender refused/,
  ],
  ['wants a login after all', onRecipient(smtpError(530, 'log in')), /530 log in/],
  [
    'turns everybody away',
    (fault) => ({
      onConnect: (_session, done) => until(fault, smtpError(554, 'no service'), done),
    }),
    /554 no service/,
  ],
  [
    'breaks off in the middle of the mail',
    (fault) => {
      const whole = onEnd(() => {})(fault)
      return {
        onData(stream, session, done) {
          if (fault.isMended) return whole.onData?.(stream, session, done)
          stream.once('data', () => drop(fault)).on('error', () => {})
        },
      }
    },
    /closed unexpectedly|ECONNRESET/,
  ],
])('sends a mail later when the server %s', async (_what, options, error) => {
  const { received, smtp, fault } = await startFaulty(options)
  await sendTo(smtp)
  const recipient = await mailSomebody()
  const failed = await mailInState(core.databaseUrl, recipient, 'failed')
  expect(failed).toMatchObject({ attempts: 1, last_error: expect.stringMatching(error) })
  expect(received).toEqual([])
  fault.isMended = true
  await later(RETRY_MS)
  expect(await mailInState(core.databaseUrl, recipient, 'sent')).toMatchObject({
    attempts: 2,
    last_error: null,
  })
  expect(received.map(({ to }) => to)).toEqual([recipient])
})

it('sends a mail again as the same one when the server took it without saying so', async () => {
  const { received, smtp, fault } = await startFaulty(
    onEnd((fault, mail) => {
      fault.received.push(mail)
      drop(fault)
    }),
  )
  await sendTo(smtp)
  const recipient = await mailSomebody()
  const { message_id: id } = await mailInState(core.databaseUrl, recipient, 'failed')
  fault.isMended = true
  await later(RETRY_MS)
  await mailInState(core.databaseUrl, recipient, 'sent')
  const messageId = `<${id}@enroll.example.com>`
  expect(received).toMatchObject([
    { to: recipient, messageId },
    { to: recipient, messageId },
  ])
})

it.each<[string, Faulty, RegExp]>([
  ['knows no such recipient', onRecipient(smtpError(550, 'no such user')), /550 no such user/],
  ['finds a mailbox full for good', onRecipient(smtpError(552, 'over quota')), /552 over quota/],
  ['takes the mail for spam', refuseAtEnd(smtpError(554, 'spam')), /554 spam/],
  ['finds the mail too large', refuseAtEnd(smtpError(552, 'too large')), /552 too large/],
])('never tries a mail again when the server %s', async (_what, options, error) => {
  const { received, smtp, fault } = await startFaulty(options)
  await sendTo(smtp)
  const recipient = await mailSomebody()
  const lost = await mailInState(core.databaseUrl, recipient, 'given_up')
  expect(lost).toMatchObject({ attempts: 1, last_error: expect.stringMatching(error) })
  fault.isMended = true
  await later(HOUR_MS)
  const next = await mailSomebody()
  await mailInState(core.databaseUrl, next, 'sent')
  expect(await mailRows(core.databaseUrl, recipient)).toMatchObject([
    { state: 'given_up' },
    REMINDER,
  ])
  expect(received.map(({ to }) => to)).toEqual([next])
})

it('gives up an address that only a server with SMTPUTF8 could take, and sends the others', async () => {
  const { received, smtp } = await servers.start({
    hideSMTPUTF8: true,
    onRcptTo: ({ address }, _session, done) =>
      /^[\x21-\x7e]+@/.test(address) ? done() : done(smtpError(553, '5.6.7 not in ASCII')),
  })
  await sendTo(smtp)
  await mailSomebody('józef@example.com')
  const lost = await mailInState(core.databaseUrl, 'józef@example.com', 'given_up')
  expect(lost.last_error).toMatch(/553 5\.6\.7 not in ASCII/)
  const next = await mailSomebody('jo@ökonomie.example')
  await mailInState(core.databaseUrl, next, 'sent')
  expect(received.map(({ to }) => to)).toEqual([next])
})

it('sends a mail later when the login is refused, and once it is right', async () => {
  const { received, smtp } = await servers.start({
    authOptional: false,
    allowInsecureAuth: true,
    onAuth: ({ password }, _session, done) =>
      password === 'right' ? done(null, { user: 'x' }) : done(new Error(`not ${password}`)),
  })
  await sendTo({ ...smtp, user: 'mailer', password: 's3cret-typo' })
  const recipient = await mailSomebody()
  const failed = await mailInState(core.databaseUrl, recipient, 'failed')
  expect(failed.last_error).toMatch(/535.* not \*\*\*/)
  await sendTo({ ...smtp, user: 'mailer', password: 'right' })
  await later(RETRY_MS)
  await mailInState(core.databaseUrl, recipient, 'sent')
  expect(received).toHaveLength(1)
  const { port, timeoutMs, ...others } = smtp
  await sendTo({ ...others, port, timeoutMs }) // without a login, for the tests that follow
})

it('waits for a server that says nothing, or too slowly, no longer than the settings want', async () => {
  const silent = await servers.startRaw(() => {})
  const slow = await servers.startRaw((socket) => {
    // A word each tenth of a second keeps every timer of a socket from running out.
    const timer = setInterval(() => socket.write('220-still here\r\n'), 100)
    socket.on('close', () => clearInterval(timer))
  })
  const { received, smtp } = await servers.start()
  for (const server of [silent, slow]) {
    await sendTo({ ...server, timeoutMs: 1_000 })
    const recipient = await mailSomebody()
    const failed = await mailInState(core.databaseUrl, recipient, 'failed')
    expect(failed.last_error).toMatch(/did not finish within 1 second|Greeting never received/)
    await sendTo(smtp)
    await later(RETRY_MS)
    await mailInState(core.databaseUrl, recipient, 'sent')
  }
  expect(received).toHaveLength(2)
})

it('leaves to the next core what a stopping one does not get rid of', async () => {
  const silent = await servers.startRaw(() => {})
  const { received, smtp } = await servers.start()
  await sendTo(silent)
  const recipient = await mailSomebody()
  await mailInState(core.databaseUrl, recipient, 'sending')
  Object.assign(core.seams, { transport: createSmtpTransport() })
  await core.restart()
  expect(await mailRows(core.databaseUrl, recipient)).toMatchObject([
    { state: 'failed', last_error: 'core was stopped while it sent this mail' },
    REMINDER,
  ])
  await sendTo(smtp)
  await later(RETRY_MS)
  await waitFor(() => received[0])
})
