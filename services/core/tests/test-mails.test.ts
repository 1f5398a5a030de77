import { MailAttemptState, MailState, SmtpStep } from '@defguard/proto/admin/v1/mail'
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals'
import type { SMTPServerOptions } from 'smtp-server'
import type { SmtpSettings } from '../src/mail/transport.js'
import { MINUTE_MS, startTestCore, type TestCore } from './_core.js'
import { query } from './_database.js'
import { refusal } from './_mfa.js'
import { mailsTo } from './_outbox.js'
import { changeSettings } from './_settings.js'
import { MailServers, onMail, smtpError } from './_smtp.js'

const servers = new MailServers()
let core: TestCore
beforeAll(async () => {
  core = await startTestCore()
  // Over the network, as in production.
  Object.assign(core.seams, { transport: undefined })
  await core.restart()
})
afterAll(() => core.stop())
afterEach(async () => {
  core.advance(MINUTE_MS)
  await servers.stop()
})

const test = (address: string) => core.clients.mails.sendTestMail({ address })

const use = ({ server, port }: SmtpSettings, encryption = 'none') =>
  changeSettings(core, { smtp_server: server, smtp_port: port, smtp_encryption: encryption })

/** A real mail server, which is the one in the settings from now on. */
async function useServer(options: SMTPServerOptions = {}, encryption?: string) {
  const server = await servers.start(options)
  await use(server.smtp, encryption)
  return server
}

it('sends a test mail at once and answers with what the server said', async () => {
  const sources: string[] = []
  const { smtp } = await useServer({
    onData: onMail(({ source }, done) => {
      sources.push(source)
      done(null, 'OK: queued as 4711')
    }),
  })
  const server = `127.0.0.1:${smtp.port}`
  const reply = await test("  Jo.O'Brien+test@example.com ")
  expect(reply).toMatchObject({ server, accepted: true, answer: '250 OK: queued as 4711' })
  expect(reply.stopped_at).toBe(SmtpStep.UNSPECIFIED)
  expect(sources).toHaveLength(1)
  expect(sources[0]).toContain(server)
  const [mail] = await mailsTo(core, "jo.o'brien+test@example.com")
  expect(mail).toMatchObject({ id: reply.mail_id, kind: 'test', state: MailState.SENT })
  const { attempts } = await core.clients.mails.getMail({ id: reply.mail_id })
  expect(attempts).toMatchObject([{ number: 1, state: MailAttemptState.SENT, server }])
  const events = await query(
    core.databaseUrl,
    `select action, actor_name from audit_event where object_kind = 'mail' and object_id = $1`,
    [reply.mail_id],
  )
  expect(events).toEqual([{ action: 'mail.sent', actor_name: 'admin' }])
})

it('says where a test mail was stopped, in the words of the server', async () => {
  const stopped = async (recipient = 'jo@example.com') => {
    const { accepted, answer, stopped_at } = await test(recipient)
    expect(accepted).toBe(false)
    return [stopped_at, answer]
  }
  await use(await servers.startRaw((socket) => socket.destroy()))
  expect(await stopped()).toEqual([SmtpStep.CONNECT, expect.any(String)])
  await useServer({}, 'starttls')
  expect(await stopped()).toEqual([SmtpStep.TLS, expect.stringContaining('certificate')])
  await useServer({
    onMailFrom: (_address, _session, done) => done(smtpError(550, 'who are you')),
  })
  expect(await stopped()).toEqual([SmtpStep.SENDER, expect.stringContaining('550 who are you')])
  await useServer({
    onRcptTo: (_address, _session, done) => done(smtpError(550, 'no such user')),
  })
  const [step, answer] = await stopped('gone@example.com')
  expect([step, answer]).toEqual([SmtpStep.RECIPIENT, expect.stringContaining('no such user')])
  expect(await mailsTo(core, 'gone@example.com')).toMatchObject([
    { state: MailState.GIVEN_UP, last_error: answer, has_contents: false },
  ])
})

it('logs in for a test mail anew, and repeats no password', async () => {
  const logins: string[] = []
  await useServer({
    authOptional: false,
    allowInsecureAuth: true,
    onAuth: ({ password }, _session, done) => {
      logins.push(password ?? '')
      if (password === 'right-one') done(null, { user: 'mailer' })
      else done(new Error(`not ${password}`))
    },
  })
  await changeSettings(core, { smtp_user: 'mailer', smtp_password: 'right-one' })
  for (const _ of [1, 2]) expect(await test('jo@example.com')).toMatchObject({ accepted: true })
  await changeSettings(core, { smtp_password: 'wrong-s3cret' })
  const denied = await test('jo@example.com')
  expect(denied).toMatchObject({ accepted: false, stopped_at: SmtpStep.LOGIN })
  expect(denied.answer).toContain('not ***')
  expect(logins).toEqual(['right-one', 'right-one', 'wrong-s3cret'])
  await changeSettings(core, { smtp_user: undefined, smtp_password: undefined })
})

it('sends no test mail to what is no address, or without a mail server', async () => {
  for (const address of ['', 'jo', 'jo@', 'a b@example.com', `${'x'.repeat(250)}@e.com`])
    expect(await refusal(test(address))).toMatchObject({
      code: 3,
      message: 'address: must be an e-mail address of at most 254 characters',
    })
  await changeSettings(core, { smtp_server: undefined })
  expect(await refusal(test('jo@example.com'))).toEqual({
    code: 9,
    message: 'SMTP is not configured',
    reason: 'smtp_not_configured',
  })
})

it('sends ten test mails a minute, however many are asked for at once', async () => {
  const { received } = await useServer()
  const outcomes = await Promise.allSettled(
    Array.from({ length: 14 }, (_, i) => test(`many${i}@example.com`)),
  )
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(10)
  expect(received).toHaveLength(10)
  expect(await refusal(test('more@example.com'))).toMatchObject({ code: 8, reason: 'rate_limited' })
  core.advance(MINUTE_MS)
  expect(await test('more@example.com')).toMatchObject({ accepted: true })
})
