import { afterEach, expect, it } from '@jest/globals'
import { createSmtpTransport } from '../src/mail/smtp-transport.js'
import { startTestCore, waitFor } from './_core.js'
import { changeSettings } from './_settings.js'
import { MailServers, MESSAGE } from './_smtp.js'

const servers = new MailServers()
afterEach(() => servers.stop())

it('brings an invitation through a real server as text, HTML and logo in one mail', async () => {
  const { received, smtp } = await servers.start()
  const core = await startTestCore({ smtpSeed: smtp })
  Object.assign(core.seams, { transport: createSmtpTransport() })
  await core.restart()
  const logo = `data:image/png;base64,${Buffer.from('logo').toString('base64')}`
  await changeSettings(core, { logo, instance_name: 'Żółw <all@example.com>, Inc.' })
  await core.createUser('smtp')
  await core.invite('smtp', { send_email: true })
  const mail = (await waitFor(() => received[0])).source
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

it('hands on what the server answered', async () => {
  const { smtp } = await servers.start({
    onData(stream, _session, done) {
      stream.on('end', () => done(null, 'queued as 4711'))
      stream.resume()
    },
  })
  expect(await servers.transport().send(smtp, MESSAGE)).toBe('250 queued as 4711')
})

it('goes to the new server as soon as the settings change', async () => {
  const [older, newer] = [await servers.start(), await servers.start()]
  const sender = servers.transport()
  await sender.send(older.smtp, MESSAGE)
  await sender.send(newer.smtp, MESSAGE)
  expect([older.received.length, newer.received.length]).toEqual([1, 1])
})

it('reaches a server by its IPv6 address', async () => {
  const { received, smtp } = await servers.start({}, '::1')
  await servers.transport().send(smtp, MESSAGE)
  expect(received).toHaveLength(1)
})

it('lets no sender name add a header', async () => {
  const { received, smtp } = await servers.start()
  await servers.transport().send(smtp, { ...MESSAGE, senderName: 'Evil"\r\nBcc: all@example.com' })
  expect(received).toHaveLength(1)
  expect(received[0]?.source).not.toMatch(/^Bcc:/m)
})
