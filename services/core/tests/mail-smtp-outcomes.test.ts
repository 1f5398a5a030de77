import { type Mail, MailState } from '@defguard/proto/admin/v1/mail'
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals'
import { createSmtpTransport } from '../src/mail/smtp-transport.js'
import type { SmtpSettings } from '../src/mail/transport.js'
import { HOUR_MS, startTestCore, type TestCore, waitFor } from './_core.js'
import {
  drop,
  type Faulty,
  onEnd,
  onRecipient,
  onSender,
  refuseAtEnd,
  startFaulty,
  until,
} from './_faulty-smtp.js'
import { wakeDelivery } from './_mail-rows.js'
import { ANY } from './_outbox.js'
import { changeSettings } from './_settings.js'
import { MailServers, smtpError } from './_smtp.js'

const { FAILED, GIVEN_UP, SENDING, SENT } = MailState
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

let people = 0
/** Invites somebody by mail; answers with where the mail goes. */
async function mailSomebody(email?: string): Promise<string> {
  const username = `person${++people}`
  await core.createUser(username)
  const options = { send_email: true, ...(email === undefined ? {} : { email }) }
  await core.invite(username, options)
  return email ?? `${username}@example.com`
}

async function invitationsTo(recipient: string): Promise<Mail[]> {
  const request = { ...ANY, recipient, kind: 'enrollment_invitation' }
  return (await core.clients.mails.listMails(request)).mails
}

function invitationInState(recipient: string, state: MailState): Promise<Mail> {
  return waitFor(async () => (await invitationsTo(recipient)).find((mail) => mail.state === state))
}

const later = (ms: number) => {
  core.advance(ms)
  return wakeDelivery(core.databaseUrl)
}

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
  const { received, smtp, fault } = await startFaulty(servers, options)
  await sendTo(smtp)
  const recipient = await mailSomebody()
  const failed = await invitationInState(recipient, FAILED)
  expect(failed).toMatchObject({ attempts: 1, last_error: expect.stringMatching(error) })
  expect(received).toEqual([])
  fault.isMended = true
  await later(RETRY_MS)
  expect(await invitationInState(recipient, SENT)).toMatchObject({
    attempts: 2,
    last_error: undefined,
  })
  expect(received.map(({ to }) => to)).toEqual([recipient])
})

it('sends a mail again as the same one when the server took it without saying so', async () => {
  const { received, smtp, fault } = await startFaulty(
    servers,
    onEnd((fault, mail) => {
      fault.received.push(mail)
      drop(fault)
    }),
  )
  await sendTo(smtp)
  const recipient = await mailSomebody()
  const { message_id: id } = await invitationInState(recipient, FAILED)
  fault.isMended = true
  await later(RETRY_MS)
  await invitationInState(recipient, SENT)
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
  const { received, smtp, fault } = await startFaulty(servers, options)
  await sendTo(smtp)
  const recipient = await mailSomebody()
  const lost = await invitationInState(recipient, GIVEN_UP)
  expect(lost).toMatchObject({ attempts: 1, last_error: expect.stringMatching(error) })
  fault.isMended = true
  await later(HOUR_MS)
  const next = await mailSomebody()
  await invitationInState(next, SENT)
  expect(await invitationsTo(recipient)).toMatchObject([{ state: GIVEN_UP }])
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
  const lost = await invitationInState('józef@example.com', GIVEN_UP)
  expect(lost.last_error).toMatch(/553 5\.6\.7 not in ASCII/)
  const next = await mailSomebody('jo@ökonomie.example')
  await invitationInState(next, SENT)
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
  const failed = await invitationInState(recipient, FAILED)
  expect(failed.last_error).toMatch(/535.* not \*\*\*/)
  await sendTo({ ...smtp, user: 'mailer', password: 'right' })
  await later(RETRY_MS)
  await invitationInState(recipient, SENT)
  expect(received).toHaveLength(1)
  const { port, timeoutMs, ...others } = smtp
  await sendTo({ ...others, port, timeoutMs }) // without a login, for the tests that follow
})

it('waits for a server that says nothing, or too slowly, no longer than the settings want', async () => {
  const silent = await servers.startRaw(() => {})
  const slow = await servers.startRaw((socket) => {
    socket.write('220 hello\r\n')
    socket.on('data', (text) => {
      if (`${text}`.startsWith('DATA')) socket.write('354 go on\r\n')
      else if (/^(EHLO|MAIL|RCPT)/.test(`${text}`)) socket.write('250 fine\r\n')
      // A word each tenth of a second keeps every timer of a socket from running out.
      else if (`${text}`.endsWith('\r\n.\r\n')) timer = setInterval(trickle, 100)
    })
    let timer: NodeJS.Timeout | undefined
    const trickle = () => socket.write('250-still here\r\n')
    socket.on('close', () => clearInterval(timer))
  })
  const { received, smtp } = await servers.start()
  for (const server of [silent, slow]) {
    await sendTo({ ...server, timeoutMs: 1_000 })
    const recipient = await mailSomebody()
    const failed = await invitationInState(recipient, FAILED)
    expect(failed.last_error).toMatch(/did not finish within 1 second|Greeting never received/)
    await sendTo(smtp)
    await later(RETRY_MS)
    await invitationInState(recipient, SENT)
  }
  expect(received).toHaveLength(2)
})

it('leaves to the next core what a stopping one does not get rid of', async () => {
  const silent = await servers.startRaw(() => {})
  const { received, smtp } = await servers.start()
  await sendTo(silent)
  const recipient = await mailSomebody()
  await invitationInState(recipient, SENDING)
  Object.assign(core.seams, { transport: createSmtpTransport() })
  await core.restart()
  expect(await invitationsTo(recipient)).toMatchObject([
    { state: FAILED, last_error: 'core was stopped while it sent this mail' },
  ])
  await sendTo(smtp)
  await later(RETRY_MS)
  await waitFor(() => received[0])
})
