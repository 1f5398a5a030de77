import { isNativeError } from 'node:util/types'
import nodemailer from 'nodemailer'
import type { MailAttachment } from './logo.js'
import { type SmtpError, type SmtpStep, stepOf } from './smtp-step.js'

export interface SmtpSettings {
  readonly server: string
  readonly port: number
  readonly encryption: 'none' | 'starttls' | 'implicittls'
  /** Both or neither. */
  readonly user?: string
  readonly password?: string
  readonly sender: string
}

export interface MailMessage {
  readonly messageId: string
  readonly to: string
  readonly subject: string
  readonly html: string
  readonly text: string
  readonly attachments: readonly MailAttachment[]
  readonly senderName: string
}

export interface MailTransport {
  /**
   * @returns what the server said when it took the mail
   * @throws MailRejected when trying again is of no use; any other error may pass
   */
  send(smtp: SmtpSettings, message: MailMessage): Promise<string>
  close(): void
}

/** A mail was not sent, for now; the message is what the server said, without secrets. */
export class MailNotSent extends Error {
  override readonly name: string = 'MailNotSent'

  constructor(
    message: string,
    readonly step: SmtpStep,
  ) {
    super(message)
  }
}

/** The server refused this mail for this recipient for good. */
export class MailRejected extends MailNotSent {
  override readonly name = 'MailRejected'

  constructor(message: string, step: SmtpStep = 'recipient') {
    super(message, step)
  }
}

const ATTEMPT_MAX_MS = 15_000
const CONNECTIONS_MAX = 5

/** Sends over connections that stay open for a while, to the server of the settings at hand. */
export function createSmtpTransport(attemptMaxMs = ATTEMPT_MAX_MS): MailTransport {
  let current: { key: string; transporter: ReturnType<typeof openPool> } | undefined

  function transporterFor(smtp: SmtpSettings) {
    const key = JSON.stringify(smtp)
    if (current?.key !== key) {
      current?.transporter.close()
      current = { key, transporter: openPool(smtp, attemptMaxMs) }
    }
    return current.transporter
  }

  return {
    async send(smtp, message) {
      try {
        const { response } = await transporterFor(smtp).sendMail({
          messageId: message.messageId,
          from: { name: message.senderName, address: smtp.sender },
          to: { name: '', address: message.to },
          subject: message.subject,
          html: message.html,
          text: message.text,
          attachments: message.attachments.map((part) => ({
            ...part,
            contentDisposition: 'inline',
          })),
          headers: { 'Auto-Submitted': 'auto-generated' },
          xMailer: false,
          disableFileAccess: true,
          disableUrlAccess: true,
          signal: AbortSignal.timeout(attemptMaxMs),
        })
        return withoutSecrets(response, smtp)
      } catch (err) {
        throw refusal(err, smtp, attemptMaxMs)
      }
    },
    close() {
      current?.transporter.close()
      current = undefined
    },
  }
}

function openPool(smtp: SmtpSettings, attemptMaxMs: number) {
  const { user, password: pass } = smtp
  return nodemailer.createTransport({
    pool: true,
    maxConnections: CONNECTIONS_MAX,
    host: smtp.server,
    port: smtp.port,
    secure: smtp.encryption === 'implicittls',
    requireTLS: smtp.encryption === 'starttls',
    ignoreTLS: smtp.encryption === 'none',
    ...(user === undefined || pass === undefined ? {} : { auth: { user, pass } }),
    connectionTimeout: attemptMaxMs,
    greetingTimeout: attemptMaxMs,
    socketTimeout: attemptMaxMs,
    dnsTimeout: attemptMaxMs,
  })
}

const toBase64 = (text: string) => Buffer.from(text).toString('base64')

/** Only what was said to the recipient's address or to the mail itself concerns this mail alone. */
const COMMANDS_OF_THIS_MAIL = new Set(['RCPT TO', 'DATA'])

function refusal(err: unknown, smtp: SmtpSettings, attemptMaxMs: number): MailNotSent {
  if (!isNativeError(err)) return new MailNotSent('the mail server could not be used', 'connect')
  const step = stepOf(err)
  if (step === 'timeout') {
    const text = `the mail server did not finish within ${attemptMaxMs / 1000} seconds`
    return new MailNotSent(text, step)
  }
  const { message, responseCode = 0, command = '' } = err as SmtpError
  const text = withoutSecrets(message, smtp)
  const isImpossible = command === 'API' && message.startsWith('Invalid recipient')
  const isRefused = responseCode >= 500 && COMMANDS_OF_THIS_MAIL.has(command)
  return isImpossible || isRefused ? new MailRejected(text, step) : new MailNotSent(text, step)
}

/** A server may repeat what it was told: our login, or a link of the mail. */
function withoutSecrets(text: string, { user, password }: SmtpSettings): string {
  const logins = user && password ? [`\0${user}\0${password}`, user, password].map(toBase64) : []
  return [...logins, ...(password ? [password] : [])]
    .reduce((rest, secret) => rest.replaceAll(secret, '***'), text)
    .replace(/\bdg[a-z]_[0-9A-Za-z]+/g, '***')
}
