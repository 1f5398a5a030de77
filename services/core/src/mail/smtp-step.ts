/** At which step of its way a mail was stopped: what an admin has to look at. */
export type SmtpStep =
  | 'connect'
  | 'tls'
  | 'login'
  | 'sender'
  | 'recipient'
  | 'content'
  /** The server was too slow, wherever that was. */
  | 'timeout'

/** What nodemailer says of a failure. */
export interface SmtpError extends Error {
  readonly code?: string
  /** What the system said, such as ECONNREFUSED. */
  readonly originalCode?: string
  readonly response?: string
  readonly responseCode?: number
  readonly command?: string
}

const STEP_OF_COMMAND: Readonly<Record<string, SmtpStep>> = {
  STARTTLS: 'tls',
  'MAIL FROM': 'sender',
  'RCPT TO': 'recipient',
  DATA: 'content',
}

/** Certificates and OpenSSL: DEPTH_ZERO_SELF_SIGNED_CERT, ERR_SSL_WRONG_VERSION_NUMBER … */
const TLS_CODE = /CERT|SSL|TLS|SIGNATURE|^EPROTO$/

export function stepOf(err: SmtpError): SmtpStep {
  const { name, message, code = '', originalCode = '', command = '' } = err
  if (name === 'AbortError' || name === 'TimeoutError') return 'timeout'
  if (code === 'ETLS' || TLS_CODE.test(originalCode)) return 'tls'
  if (code === 'EAUTH' || code === 'ENOAUTH' || command.startsWith('AUTH')) return 'login'
  if (code === 'EENVELOPE' && command === 'API')
    return message.startsWith('Invalid sender') ? 'sender' : 'recipient'
  return STEP_OF_COMMAND[command] ?? 'connect'
}
