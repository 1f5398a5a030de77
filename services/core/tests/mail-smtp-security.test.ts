import { afterEach, beforeAll, expect, it } from '@jest/globals'
import type { SMTPServerOptions } from 'smtp-server'
import { MailRejected, MailServerTrouble, type SmtpSettings } from '../src/mail/transport.js'
import { MailServers, MESSAGE, makeCertificates } from './_smtp.js'

const servers = new MailServers()
afterEach(() => servers.stop())

let own: ReturnType<typeof makeCertificates>
let foreign: ReturnType<typeof makeCertificates>
beforeAll(() => {
  own = makeCertificates()
  foreign = makeCertificates()
})

function failureOf(sending: Promise<unknown>): Promise<Error> {
  return sending.then(
    () => new Error('it was sent'),
    (err) => err as Error,
  )
}

/** A server that takes nothing without TLS, by either way of beginning it. */
async function tlsServer(encryption: 'starttls' | 'implicittls', more: SMTPServerOptions = {}) {
  const { cert, key } = own
  const isImplicit = encryption === 'implicittls'
  const started = await servers.start({ secure: isImplicit, cert, key, ...more })
  return { ...started, smtp: { ...started.smtp, encryption } }
}

it.each(['starttls', 'implicittls'] as const)(
  'sends over %s to a server of a private CA',
  async (encryption) => {
    const { received, smtp } = await tlsServer(encryption)
    await servers.transport().send({ ...smtp, ca: own.ca }, MESSAGE)
    expect(received).toHaveLength(1)
  },
)

it('knows a server by its name and by its IPv6 address', async () => {
  const { cert, key } = own
  const options = { secure: true, cert, key }
  const named = await servers.start(options)
  const numbered = await servers.start(options, '::1')
  const sender = servers.transport()
  const secured = { encryption: 'implicittls', ca: own.ca } as const
  await sender.send({ ...named.smtp, ...secured, server: 'localhost' }, MESSAGE)
  await sender.send({ ...numbered.smtp, ...secured }, MESSAGE)
  expect([named.received.length, numbered.received.length]).toEqual([1, 1])
})

it.each(['starttls', 'implicittls'] as const)(
  'trusts over %s nobody that no CA of the settings vouches for',
  async (encryption) => {
    const { received, smtp } = await tlsServer(encryption)
    const sender = servers.transport()
    for (const ca of [undefined, foreign.ca]) {
      const failure = await failureOf(sender.send({ ...smtp, ...(ca && { ca }) }, MESSAGE))
      expect(failure).toMatchObject({ name: 'MailServerTrouble', step: 'tls' })
      expect(failure.message).toMatch(/certificate/)
    }
    expect(received).toEqual([])
  },
)

it.each(['starttls', 'implicittls'] as const)(
  'speaks over %s no TLS older than 1.2',
  async (encryption) => {
    const { received, smtp } = await tlsServer(encryption, {
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    })
    const failure = await failureOf(servers.transport().send({ ...smtp, ca: own.ca }, MESSAGE))
    expect(failure).toMatchObject({ name: 'MailServerTrouble', step: 'tls' })
    expect(received).toEqual([])
  },
)

it('does not send in clear to a server that offers no STARTTLS, or cannot do what it offers', async () => {
  const { received, smtp } = await servers.start({ disabledCommands: ['STARTTLS'] })
  const liar = await servers.startRaw((socket) => {
    socket.write('220 hello\r\n')
    socket.on('data', (line) => {
      socket.write(`${line}`.startsWith('EHLO') ? '250-hi\r\n250 STARTTLS\r\n' : '454 not now\r\n')
    })
  })
  for (const server of [smtp, liar]) {
    const failure = await failureOf(
      servers.transport().send({ ...server, encryption: 'starttls' }, MESSAGE),
    )
    expect(failure).toMatchObject({ name: 'MailServerTrouble', step: 'tls' })
    expect(failure.message).toMatch(/STARTTLS/i)
  }
  expect(received).toEqual([])
})

const LOGIN: SMTPServerOptions = {
  authOptional: false,
  allowInsecureAuth: true,
  onAuth: ({ username, password }, _session, done) =>
    password === 'right-one'
      ? done(null, { user: username })
      : done(new Error(`no ${username} with ${password}`)),
}
const login = (smtp: SmtpSettings, password: string) => ({ ...smtp, user: 'mailer', password })

it.each([['PLAIN'], ['LOGIN']])(
  'logs in by %s when told to, and repeats no password when that fails',
  async (method) => {
    const { received, smtp } = await servers.start({ ...LOGIN, authMethods: [method] })
    const sender = servers.transport()
    await sender.send(login(smtp, 'right-one'), MESSAGE)
    expect(received).toHaveLength(1)
    const failure = await failureOf(sender.send(login(smtp, 'wrong-s3cret'), MESSAGE))
    expect(failure).toMatchObject({ name: 'MailServerTrouble', step: 'login' })
    expect(failure.message).toContain('no mailer with ***')
  },
)

it('neither sends without the login it was told to use, nor tells the password a server that asks for none', async () => {
  const lines: string[] = []
  const { received, smtp } = await servers.start({ disabledCommands: ['AUTH'] })
  const old = await servers.startRaw((socket) => {
    socket.write('220 hello\r\n')
    socket.on('data', (line) => {
      lines.push(`${line}`)
      socket.write(`${line}`.startsWith('HELO') ? '250 hi\r\n' : '502 what?\r\n')
    })
  })
  for (const server of [smtp, old]) {
    const failure = await failureOf(servers.transport().send(login(server, 'right-one'), MESSAGE))
    expect(failure).toMatchObject({ name: 'MailServerTrouble', step: 'login' })
    expect(failure.message).toBe('the mail server offers no login')
  }
  expect(received).toEqual([])
  expect(lines.map((line) => line.slice(0, 4))).toEqual(['EHLO', 'HELO'])
})

it('repeats no link that a server quotes when it refuses a mail for good', async () => {
  const { smtp } = await servers.start({
    onData(stream, _session, done) {
      stream.on('end', () =>
        done(Object.assign(new Error('spam: #token=dge_abcDEF123'), { responseCode: 554 })),
      )
      stream.resume()
    },
  })
  const failure = await failureOf(servers.transport().send(smtp, MESSAGE))
  expect(failure).toBeInstanceOf(MailRejected)
  expect(failure).not.toBeInstanceOf(MailServerTrouble)
  expect(failure.message).toContain('spam: #token=***')
})
