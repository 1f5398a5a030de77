import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { SMTPServer } from 'smtp-server'
import { LANGUAGES } from '../src/domain/language.js'
import {
  enrollmentCompletedMail,
  invitationMail,
  newDeviceMail,
  welcomeMail,
} from '../src/mail/messages.js'
import { renderMail } from '../src/mail/render.js'
import { createSmtpTransport, MailRejected, type SmtpSettings } from '../src/mail/transport.js'
import { refusalOf } from './_clients.js'
import { HOUR_MS, startTestCore, type TestCore, waitFor } from './_core.js'

let core: TestCore
beforeAll(async () => {
  core = await startTestCore()
})
afterAll(() => core.stop())

const MARKUP = '<img src=x onerror=alert(1)>'
const INVITED_BY = { name: 'Adam Min', email: 'adam@example.com', phone: '+48 600100200' }
const NOW = '2026-01-02T15:04:05.000Z'

const MAILS = LANGUAGES.flatMap((language) => [
  invitationMail('jo@example.com', language, {
    instanceName: 'Example Corp',
    firstName: MARKUP,
    invitedBy: INVITED_BY,
    url: 'https://enroll.example.com/#token=dge_x',
    deepLink: 'defguard://addinstance?token=dge_x&url=https%3A%2F%2Fenroll.example.com%2F',
    instanceUrl: 'https://enroll.example.com/',
    token: 'dge_x',
    validUntil: NOW,
    sessionMs: 600_000,
  }),
  welcomeMail('jo@example.com', language, { subject: 'Hi', markdown: `**${MARKUP}**` }),
  enrollmentCompletedMail('adam@example.com', language, {
    name: MARKUP,
    username: 'jdoe',
    completedAt: NOW,
    deviceCount: 2,
  }),
  newDeviceMail('jo@example.com', language, {
    instanceName: 'Example Corp',
    deviceName: MARKUP,
    publicKey: 'k'.repeat(44),
    locations: [{ name: MARKUP, addresses: ['10.1.0.2'] }],
    addedAt: NOW,
    clientAddress: '203.0.113.9',
    clientDevice: MARKUP,
    tell: INVITED_BY,
  }),
])

it.each(MAILS)('renders $kind in $language, without markup or anything from elsewhere', (mail) => {
  const { subject, html, text } = renderMail(mail, { instanceName: 'Example Corp' })
  expect(subject).not.toMatch(/[\r\n]|undefined/)
  expect(text).not.toMatch(/undefined|\[object|Invalid Date/)
  expect(html).not.toMatch(/undefined|\[object|Invalid Date/)
  expect(html).toContain(`lang="${mail.language}"`)
  expect(html).not.toContain('<img')
  expect(html).not.toMatch(/<script|url\(|src=["']?http/i)
})

it('computes every span from the token and the configuration', () => {
  const [mail] = MAILS
  if (mail?.kind !== 'enrollment_invitation') throw new Error('the first mail is the invitation')
  const shorter = { ...mail, variables: { ...mail.variables, sessionMs: 7 * 60_000 } }
  const { text } = renderMail(shorter, { instanceName: 'Example Corp' })
  expect(text).toContain('7 min')
  expect(text).not.toContain('24')
  expect(text).toMatch(/UTC/)
})

it('lets no name or subject add a header', () => {
  const mail = welcomeMail('jo@example.com', 'en', {
    subject: `Hello\r\nBcc: all@example.com ${'x'.repeat(300)}`,
    markdown: 'x',
  })
  const { subject } = renderMail(mail, { instanceName: 'A\r\nB' })
  expect(subject).not.toMatch(/[\r\n]/)
  expect([...subject].length).toBeLessThanOrEqual(200)
})

/** A mail server of this machine that answers each recipient as told. */
async function startMailServer(refuse: (address: string) => Error | undefined) {
  const received: string[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo: ({ address }, _session, done) => done(refuse(address)),
    onData(stream, _session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        received.push(Buffer.concat(chunks).toString())
        done()
      })
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as { port: number }
  const smtp: SmtpSettings = {
    server: '127.0.0.1',
    port,
    encryption: 'none',
    sender: 'it@example.com',
  }
  const stop = () => new Promise<void>((resolve) => server.close(resolve))
  return { smtp, received, stop }
}

const smtpError = (responseCode: number) => Object.assign(new Error('no'), { responseCode })
const message = (to: string) => ({
  messageId: '<one@example.com>',
  to,
  subject: 'Grüße',
  html: '<p>x</p>',
  text: 'x',
  attachments: [],
  senderName: 'Evil"\r\nBcc: all@example.com',
})

it('speaks SMTP: one recipient, a fixed Message-ID, marked as automatic', async () => {
  const server = await startMailServer(() => undefined)
  const transport = createSmtpTransport()
  await transport.send(server.smtp, message('jo@example.com'))
  expect(server.received).toHaveLength(1)
  expect(server.received[0]).toContain('Message-ID: <one@example.com>')
  expect(server.received[0]).toContain('Auto-Submitted: auto-generated')
  expect(server.received[0]).not.toMatch(/^Bcc:/m)
  transport.close()
  await server.stop()
})

it('tells a recipient who is refused for good from a server that is busy', async () => {
  const server = await startMailServer((address) =>
    smtpError(address.startsWith('gone') ? 550 : 451),
  )
  const transport = createSmtpTransport()
  await expect(transport.send(server.smtp, message('gone@example.com'))).rejects.toThrow(
    MailRejected,
  )
  await expect(transport.send(server.smtp, message('busy@example.com'))).rejects.not.toThrow(
    MailRejected,
  )
  transport.close()
  await server.stop()
})

it('does not send in clear to a server that offers no STARTTLS', async () => {
  const server = await startMailServer(() => undefined)
  const transport = createSmtpTransport()
  const strict = { ...server.smtp, encryption: 'starttls' as const }
  await expect(transport.send(strict, message('jo@example.com'))).rejects.toThrow(/STARTTLS/i)
  expect(server.received).toEqual([])
  transport.close()
  await server.stop()
})

const mailState = async (username: string) => {
  const { tokens } = await core.clients.enrollments.listTokens({
    page: undefined,
    state: 0,
    kind: 0,
    username,
  })
  return tokens[0]?.mail
}

it('keeps trying while the server is away, with the same Message-ID, and shows how it stands', async () => {
  await core.createUser('later')
  core.transport.failure = new Error('connect ECONNREFUSED')
  const { token } = await core.invite('later', { send_email: true })
  await waitFor(async () => ((await mailState('later')) === 'failed' ? true : undefined))
  core.transport.failure = undefined
  core.advance(60_000)
  const mail = await core.mail('later@example.com', token)
  await waitFor(async () => ((await mailState('later')) === 'sent' ? true : undefined))
  expect(core.transport.sent.filter((sent) => sent.messageId === mail.messageId)).toHaveLength(1)
})

it('gives up at once where the recipient is refused, and after three days otherwise', async () => {
  await core.createUser('refused')
  core.transport.failure = new MailRejected('550 no such user')
  await core.invite('refused', { send_email: true })
  await waitFor(async () => ((await mailState('refused')) === 'given_up' ? true : undefined))
  core.transport.failure = new Error('451 try again')
  await core.createUser('welcomed')
  const { session_secret } = await core.start((await core.invite('welcomed')).token)
  await core.activate(session_secret, 'correct horse battery')
  core.advance(73 * HOUR_MS)
  const rows = await waitFor(async () => {
    const found = await core.mails('welcomed@example.com')
    return found.every(({ state }) => state === 'given_up') ? found : undefined
  })
  expect(rows).toEqual([{ state: 'given_up', lastError: '451 try again', sealed: true }])
  core.transport.failure = undefined
})

it('holds no link in its row, and nothing at all once it was sent', async () => {
  await core.createUser('sealed')
  const { token } = await core.invite('sealed', { send_email: true })
  await core.mail('sealed@example.com', token)
  await waitFor(async () => ((await mailState('sealed')) === 'sent' ? true : undefined))
  expect(await core.mails('sealed@example.com')).toEqual([
    { state: 'sent', lastError: null, sealed: false },
  ])
})

it('refuses a template with every finding and its line, and changes nothing', async () => {
  const set = (page: string) =>
    core.clients.onboarding.setOnboarding({
      language: 'en',
      texts: { page, mail: undefined, subject: undefined },
      reset: [],
    })
  await set('# Hello {{first_name}}{{#if admin_phone}} {{admin_phone}}{{/if}}')
  const before = await core.clients.onboarding.getOnboarding({ language: 'en' })
  for (const bad of [
    'x\n{{ foo }}',
    '{{{first_name}}}',
    '{{#each x}}{{/each}}',
    '{{> p}}',
    '{{#if}',
  ]) {
    expect(refusalOf(await set(bad).catch((err) => err))).toMatchObject({
      code: 3,
      reason: 'invalid_template',
    })
  }
  const refusal = refusalOf(await set('x\n{{ foo }}').catch((err) => err))
  expect(refusal.message).toContain('unknown tag: foo')
  expect(refusal.message).toContain('line 2')
  expect(await core.clients.onboarding.getOnboarding({ language: 'en' })).toEqual(before)
})

it('previews exactly what is mailed', async () => {
  const { session_secret } = await core.start(
    await core.createUser('previewed').then(async () => (await core.invite('previewed')).token),
  )
  const preview = await core.clients.onboarding.previewOnboarding({
    language: 'en',
    texts: undefined,
    username: 'previewed',
  })
  await core.activate(session_secret, 'correct horse battery')
  const mail = await core.mail('previewed@example.com')
  expect({ subject: mail.subject, text: mail.text, html: mail.html }).toEqual({
    subject: preview.mail_subject,
    text: preview.mail_text,
    html: preview.mail_html,
  })
})
