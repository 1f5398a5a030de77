import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { SMTPServer } from 'smtp-server'

/** Recipients of whom the server says: not now. */
export const LATER = /^later/

export interface Mailbox {
  readonly port: number
  stop(): Promise<void>
}

export interface ReceivedMail {
  readonly to: string
  /** All its texts, decoded. */
  readonly text: string
}

/** A mail server that hands over what it gets, and refuses some for the moment. */
export async function openMailbox(onMail: (mail: ReceivedMail) => void): Promise<Mailbox> {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    disableReverseLookup: true,
    logger: false,
    closeTimeout: 10,
    onAuth: (_auth, _session, done) => done(null, { user: 'core' }),
    onRcptTo({ address }, _session, done) {
      if (LATER.test(address)) done(Object.assign(new Error('try later'), { responseCode: 451 }))
      else done()
    },
    onData(stream, { envelope }, done) {
      text(stream).then((source) => {
        onMail({ to: envelope.rcptTo[0]?.address ?? '', text: textOf(source) })
        done()
      }, done)
    },
  })
  server.on('error', () => {}) // core breaks off when it is stopped
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  const { port } = server.server.address() as { port: number }
  return { port, stop: () => new Promise((resolve) => server.close(() => resolve())) }
}

/** The parts of a mail with their transfer encoding undone, as far as ASCII goes. */
function textOf(source: string): string {
  return source
    .split(/^--[^\r\n]+$/m)
    .map((part) => {
      const [head = '', ...body] = part.split(/\r?\n\r?\n/)
      const content = body.join('\n\n')
      if (/^content-transfer-encoding: *base64/im.test(head)) {
        return Buffer.from(content, 'base64').toString()
      }
      return content
        .replace(/=\r?\n/g, '')
        .replace(/=([0-9A-F]{2})/g, (_all, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
    })
    .join('\n')
}
