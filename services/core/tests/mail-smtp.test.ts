import { createServer } from 'node:net'
import { afterEach, expect, it } from '@jest/globals'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { createSmtpTransport, MailRejected, type SmtpSettings } from '../src/mail/transport.js'
import { startTestCore, waitFor } from './_core.js'

const stops: (() => unknown)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})

function smtpAt(port: number): SmtpSettings {
  return { server: '127.0.0.1', port, encryption: 'none', sender: 'it@example.com' }
}

async function mailServer(options: SMTPServerOptions = {}) {
  const received: string[] = []
  const server = new SMTPServer({
    authOptional: true,
    logger: false,
    onData(stream, _session, done) {
      let text = ''
      stream.on('data', (chunk: Buffer) => {
        text += chunk.toString()
      })
      stream.on('end', () => {
        received.push(text)
        done()
      })
    },
    ...options,
  })
  server.on('error', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  stops.push(() => new Promise<void>((resolve) => server.close(resolve)))
  const { port } = server.server.address() as { port: number }
  return { received, smtp: smtpAt(port) }
}

function transport(attemptMaxMs?: number) {
  const created = createSmtpTransport(attemptMaxMs)
  stops.push(() => created.close())
  return created
}

const MESSAGE = {
  messageId: '<one@example.com>',
  to: 'jo@example.com',
  subject: 'Zażółć',
  html: '<p>x</p>',
  text: 'x',
  attachments: [],
  senderName: 'Example',
}

function failureOf(sending: Promise<unknown>): Promise<Error> {
  return sending.then(
    () => new Error('it was sent'),
    (err) => err as Error,
  )
}

it('brings an invitation through a real server as text, HTML and logo in one mail', async () => {
  const { received, smtp } = await mailServer()
  const core = await startTestCore({ smtpSeed: smtp })
  Object.assign(core.seams, { transport: createSmtpTransport() })
  await core.restart()
  const { settings } = await core.clients.settings.getSettings({})
  if (!settings) throw new Error('no settings came back')
  const logo = `data:image/png;base64,${Buffer.from('logo').toString('base64')}`
  await core.clients.settings.updateSettings({
    settings: { ...settings, logo, instance_name: 'Żółw <all@example.com>, Inc.' },
    update_mask: ['logo', 'instance_name'],
  })
  await core.createUser('smtp')
  await core.invite('smtp', { send_email: true })
  const mail = await waitFor(() => received[0])
  await core.stop()
  const [head = ''] = mail.split('\r\n\r\n')
  expect(head).toMatch(/^Auto-Submitted: auto-generated$/m)
  expect(head).toMatch(/^Message-ID: <[0-9a-f-]{36}@enroll\.example\.com>$/m)
  expect(head).toMatch(/^To: smtp@example\.com$/m)
  expect(head).toMatch(/^From: =\?UTF-8\?[^@]+ <it@example\.com>$/m)
  expect(head).not.toMatch(/^X-Mailer/m)
  const types = [...mail.matchAll(/^Content-Type: ([a-z]+\/[a-z]+)/gm)].map(([, type]) => type)
  expect(types).toEqual([
    'multipart/alternative',
    'text/plain',
    'multipart/related',
    'text/html',
    'image/png',
  ])
  expect(mail).toMatch(/^Content-Id: <logo@defguard>$/im)
})

it('goes to the new server as soon as the settings change', async () => {
  const [older, newer] = [await mailServer(), await mailServer()]
  const sender = transport()
  await sender.send(older.smtp, MESSAGE)
  await sender.send(newer.smtp, MESSAGE)
  expect([older.received.length, newer.received.length]).toEqual([1, 1])
})

it('logs in when told to, and repeats no password when that fails', async () => {
  const { received, smtp } = await mailServer({
    authOptional: false,
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _session, done) =>
      password === 'right-one'
        ? done(null, { user: username })
        : done(new Error(`no ${username} with ${password}`)),
  })
  const sender = transport()
  await sender.send({ ...smtp, user: 'mailer', password: 'right-one' }, MESSAGE)
  expect(received).toHaveLength(1)
  const wrong = { ...smtp, user: 'mailer', password: 'wrong-s3cret' }
  const failure = await failureOf(sender.send(wrong, MESSAGE))
  expect(failure).not.toBeInstanceOf(MailRejected)
  expect(failure.message).toContain('no mailer with ***')
})

it('repeats no link that a server quotes when it refuses a mail for good', async () => {
  const { smtp } = await mailServer({
    onData(stream, _session, done) {
      stream.on('end', () =>
        done(Object.assign(new Error('spam: #token=dge_abcDEF123'), { responseCode: 554 })),
      )
      stream.resume()
    },
  })
  const failure = await failureOf(transport().send(smtp, MESSAGE))
  expect(failure).toBeInstanceOf(MailRejected)
  expect(failure.message).toContain('spam: #token=***')
})

it('keeps a mail when the server has something against the sender, which an admin can mend', async () => {
  const { smtp } = await mailServer({
    onMailFrom: (_address, _session, done) =>
      done(Object.assign(new Error('who are you'), { responseCode: 550 })),
  })
  const failure = await failureOf(transport().send(smtp, MESSAGE))
  expect(failure).not.toBeInstanceOf(MailRejected)
  expect(failure.message).toContain('who are you')
})

it('trusts no certificate that nobody vouches for', async () => {
  const starttls = await mailServer()
  const tls = await mailServer({ secure: true })
  for (const smtp of [
    { ...starttls.smtp, encryption: 'starttls' as const },
    { ...tls.smtp, encryption: 'implicittls' as const },
  ]) {
    const failure = await failureOf(transport().send(smtp, MESSAGE))
    expect(failure.message).toMatch(/certificate/)
  }
  expect([...starttls.received, ...tls.received]).toEqual([])
})

it('does not wait for a server that says nothing', async () => {
  const silent = createServer(() => {})
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  stops.push(() => silent.close())
  const { port } = silent.address() as { port: number }
  const failure = await failureOf(transport(300).send(smtpAt(port), MESSAGE))
  expect(failure.message).toMatch(/did not finish within 0.3 seconds|never received|timed? ?out/i)
})

it('does not send in clear to a server that offers no STARTTLS', async () => {
  const { received, smtp } = await mailServer({ disabledCommands: ['STARTTLS'] })
  const failure = await failureOf(transport().send({ ...smtp, encryption: 'starttls' }, MESSAGE))
  expect(failure.message).toMatch(/STARTTLS/i)
  expect(received).toEqual([])
})

it('tells a recipient who is refused for good from a server that is busy', async () => {
  const { smtp } = await mailServer({
    onRcptTo({ address }, _session, done) {
      const responseCode = address.startsWith('gone') ? 550 : 451
      done(Object.assign(new Error('no'), { responseCode }))
    },
  })
  const sender = transport()
  const to = (address: string) => failureOf(sender.send(smtp, { ...MESSAGE, to: address }))
  expect(await to('gone@example.com')).toBeInstanceOf(MailRejected)
  expect(await to('busy@example.com')).not.toBeInstanceOf(MailRejected)
})

it('lets no sender name add a header', async () => {
  const { received, smtp } = await mailServer()
  await transport().send(smtp, { ...MESSAGE, senderName: 'Evil"\r\nBcc: all@example.com' })
  expect(received).toHaveLength(1)
  expect(received[0]).not.toMatch(/^Bcc:/m)
})
