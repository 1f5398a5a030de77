import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { createSmtpTransport } from '../src/mail/smtp-transport.js'
import type { MailMessage, SmtpSettings } from '../src/mail/transport.js'

export const MESSAGE: MailMessage = {
  messageId: '<one@example.com>',
  to: 'jo@example.com',
  subject: 'Zażółć',
  html: '<p>x</p>',
  text: 'x',
  attachments: [],
  senderName: 'Example',
}

export function smtpAt(port: number): SmtpSettings {
  return {
    server: '127.0.0.1',
    port,
    encryption: 'none',
    sender: 'it@example.com',
    timeoutMs: 15_000,
  }
}

export interface ReceivedMail {
  readonly to: string
  readonly messageId: string
  readonly source: string
}

/** A mail server that keeps what it takes, and what there is to be stopped after a test. */
export class MailServers {
  readonly #stops: (() => unknown)[] = []

  async stop(): Promise<void> {
    for (const stop of this.#stops.splice(0).reverse()) await stop()
  }

  /** To be stopped with the servers, before those that were started earlier. */
  onStop(stop: () => unknown): void {
    this.#stops.push(stop)
  }

  transport() {
    const created = createSmtpTransport()
    this.onStop(() => created.close())
    return created
  }

  async start(options: SMTPServerOptions = {}, host = '127.0.0.1') {
    const received: ReceivedMail[] = []
    const server = new SMTPServer({
      authOptional: true,
      logger: false,
      disableReverseLookup: true,
      closeTimeout: 10, // the connections that a transport keeps are of no use any more
      onData: onMail((mail, done) => {
        received.push(mail)
        done()
      }),
      ...options,
    })
    server.on('error', () => {})
    server.listen(0, host)
    await once(server.server, 'listening')
    this.onStop(() => new Promise<void>((resolve) => server.close(resolve)))
    const { port } = server.server.address() as { port: number }
    return { received, server, smtp: { ...smtpAt(port), server: host } }
  }

  /** A server of a few lines that speaks as `talk` wants. */
  async startRaw(talk: (socket: Socket) => void): Promise<SmtpSettings> {
    const sockets = new Set<Socket>()
    const server: Server = createServer((socket) => {
      sockets.add(socket.on('error', () => {}))
      talk(socket)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    this.onStop(() => {
      for (const socket of sockets) socket.destroy()
      server.close()
    })
    return smtpAt((server.address() as { port: number }).port)
  }
}

/** What a server does with each mail that it gets as a whole. */
export function onMail(
  act: (mail: ReceivedMail, done: (error?: Error | null, answer?: string) => void) => void,
): NonNullable<SMTPServerOptions['onData']> {
  return (stream, { envelope }, done) => {
    const whole = text(stream).then((source) => {
      const messageId = /^Message-ID: (.*)$/im.exec(source)?.[1]?.trim() ?? ''
      act({ to: envelope.rcptTo[0]?.address ?? '', source, messageId }, done)
    })
    whole.catch(() => {}) // who breaks off hears nothing
  }
}

/** A failure as a mail server words it. */
export function smtpError(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode })
}

/** A private CA and the certificate of a mail server on this machine. */
export function makeCertificates(): { ca: string; cert: string; key: string } {
  const folder = mkdtempSync(join(tmpdir(), 'defguard-smtp-'))
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2']
  const make = (name: string, ...more: string[]) => {
    const files = ['-keyout', join(folder, `${name}.key`), '-out', join(folder, `${name}.crt`)]
    execFileSync('openssl', ['req', '-x509', ...curve, ...files, ...more], { stdio: 'pipe' })
  }
  const read = (name: string) => readFileSync(join(folder, name), 'utf8')
  try {
    make('ca', '-subj', '/CN=Private CA')
    const issuer = ['-CA', join(folder, 'ca.crt'), '-CAkey', join(folder, 'ca.key')]
    const names = 'subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1'
    make('mail', ...issuer, '-subj', '/CN=mail', '-addext', names)
    return { ca: read('ca.crt'), cert: read('mail.crt'), key: read('mail.key') }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
