import nodemailer from 'nodemailer'
import { toFailure, withoutSecrets } from './smtp-failures.js'
import {
  CONNECTIONS_MAX,
  type MailMessage,
  type MailTransport,
  type SmtpSettings,
} from './transport.js'

/** Sends over connections that stay open for a while, to the server of the settings at hand. */
export function createSmtpTransport(): MailTransport {
  let current: { key: string; transporter: ReturnType<typeof openPool> } | undefined
  const attempts = new Set<AbortController>()

  function transporterFor(smtp: SmtpSettings) {
    const key = JSON.stringify(smtp)
    if (current?.key !== key) {
      // What the old one is sending it finishes.
      current?.transporter.close()
      current = { key, transporter: openPool(smtp) }
    }
    return current.transporter
  }

  return {
    async send(smtp, message) {
      const attempt = new AbortController()
      const timer = setTimeout(() => attempt.abort(), smtp.timeoutMs)
      attempts.add(attempt)
      try {
        const { response } = await transporterFor(smtp).sendMail({
          messageId: message.messageId,
          ...threadOf(message),
          from: { name: message.senderName, address: smtp.sender },
          to: { name: '', address: message.to },
          subject: message.subject,
          html: message.html,
          text: message.text,
          attachments: message.attachments.map((part) => ({
            ...part,
            contentDisposition: 'inline',
          })),
          headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
          xMailer: false,
          disableFileAccess: true,
          disableUrlAccess: true,
          signal: attempt.signal,
        })
        return withoutSecrets(response, smtp)
      } catch (err) {
        throw attempt.signal.reason instanceof SendingEnded
          ? attempt.signal.reason
          : toFailure(err, smtp)
      } finally {
        clearTimeout(timer)
        attempts.delete(attempt)
      }
    },
    close() {
      for (const attempt of attempts) attempt.abort(new SendingEnded())
      current?.transporter.close()
      current = undefined
    },
  }
}

/** Neither the server's fault nor the mail's. */
class SendingEnded extends Error {
  override readonly name = 'SendingEnded'
  override readonly message = 'core was stopped while it sent this mail'
}

function threadOf({ inReplyTo }: MailMessage) {
  return inReplyTo === undefined ? {} : { inReplyTo, references: inReplyTo }
}

function openPool({ server, port, encryption, user, password, ca, timeoutMs }: SmtpSettings) {
  return nodemailer.createTransport({
    pool: true,
    maxConnections: CONNECTIONS_MAX,
    host: server,
    port,
    secure: encryption === 'implicittls',
    requireTLS: encryption === 'starttls',
    ignoreTLS: encryption === 'none',
    tls: { minVersion: 'TLSv1.2', ...(ca === undefined ? {} : { ca }) },
    ...(user === undefined || password === undefined
      ? {}
      : { auth: { user, pass: password }, forceAuth: true, customAuth: { PLAIN: loginPlain } }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
  })
}

interface LoginContext {
  readonly auth: { readonly credentials: { readonly user: string; readonly pass: string } }
  readonly authMethods: readonly string[]
  sendCommand(command: string): Promise<{ readonly status: number }>
}

/**
 * The mechanism PLAIN (RFC 4616), which nodemailer falls back on where the server offers none: then
 * the password stays here, and no mail goes out without the login that was asked for.
 */
async function loginPlain({ auth, authMethods, sendCommand }: LoginContext): Promise<void> {
  if (!authMethods.includes('PLAIN')) throw new Error('the mail server offers no login')
  const { user, pass } = auth.credentials
  const token = Buffer.from(`\0${user}\0${pass}`).toString('base64')
  const { status } = await sendCommand(`AUTH PLAIN ${token}`)
  if (status !== 235) throw new Error('Invalid login')
}
