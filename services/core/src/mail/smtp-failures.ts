import { isNativeError } from 'node:util/types'
import { type SmtpError, stepOf } from './smtp-step.js'
import { MailNotSent, MailRejected, MailServerTrouble, type SmtpSettings } from './transport.js'

/** Only what was said to the recipient's address or to the mail itself concerns this mail alone. */
const COMMANDS_OF_THIS_MAIL = new Set(['RCPT TO', 'DATA'])

/** Answers to any command that want another login (RFC 4954 §6). */
const CODES_OF_LOGIN = new Set([530, 534, 535, 538])
/** The server closes, or lost track of the commands (RFC 5321 §4.2). */
const CODES_OF_SESSION = new Set([421, 503])
/** "Bad sender" (RFC 3463 §3.2), which some servers keep to themselves until the recipient is named. */
const BAD_SENDER = /^\d{3}[ -]\d\.1\.[78]\b/
const ADDRESSES = /[^\s<>"]+@[^\s<>"]+/g

/** nodemailer's names for what is no answer to the recipient or the mail. */
const CODES_OF_TROUBLE = new Set([
  'EAUTH',
  'ECONNECTION',
  'EDNS',
  'EENVELOPE',
  'EPROTOCOL',
  'ESOCKET',
  'ETIMEDOUT',
  'ETLS',
])

/** What a failure to send means, in the server's words without any secret. */
export function toFailure(err: unknown, smtp: SmtpSettings): MailNotSent {
  if (!isNativeError(err)) return new MailNotSent('the mail server could not be used', 'connect')
  const { message, code = '', command = '', response = '', responseCode = 0 } = err as SmtpError
  const step = stepOf(err)
  if (step === 'timeout') {
    const text = `the mail server did not finish within ${smtp.timeoutMs / 1000} seconds`
    return new MailServerTrouble(text, step)
  }
  const text = withoutSecrets(message, smtp)
  if (command === 'API' && step === 'recipient') return new MailRejected(text, step)
  if (!COMMANDS_OF_THIS_MAIL.has(command))
    return CODES_OF_TROUBLE.has(code)
      ? new MailServerTrouble(text, step)
      : new MailNotSent(text, step)
  const trouble = text.replace(ADDRESSES, '***') // it is shown beside the mails of others, too
  if (CODES_OF_LOGIN.has(responseCode)) return new MailServerTrouble(trouble, 'login')
  if (CODES_OF_SESSION.has(responseCode)) return new MailServerTrouble(trouble, 'connect')
  if (BAD_SENDER.test(response)) return new MailServerTrouble(trouble, 'sender')
  return responseCode >= 500 ? new MailRejected(text, step) : new MailNotSent(text, step)
}

const toBase64 = (text: string) => Buffer.from(text).toString('base64')

/** A server may repeat what it was told: our login, or a link of the mail. */
export function withoutSecrets(text: string, { user, password }: SmtpSettings): string {
  const logins = user && password ? [`\0${user}\0${password}`, user, password].map(toBase64) : []
  return [...logins, ...(password ? [password] : [])]
    .reduce((rest, secret) => rest.replaceAll(secret, '***'), text)
    .replace(/\bdg[a-z]_[0-9A-Za-z]+/g, '***')
}
