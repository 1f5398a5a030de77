import type { MailAttachment } from './logo.js'
import type { SmtpStep } from './smtp-step.js'

export interface SmtpSettings {
  readonly server: string
  readonly port: number
  readonly encryption: 'none' | 'starttls' | 'implicittls'
  /** Both or neither. */
  readonly user?: string
  readonly password?: string
  readonly sender: string
  /** Certificates (PEM) of those who vouch for the server, instead of the public ones. */
  readonly ca?: string
  /** How long one attempt may take, from looking the server up to its last answer. */
  readonly timeoutMs: number
}

export interface MailMessage {
  readonly messageId: string
  /** The message that this one follows, if it follows one. */
  readonly inReplyTo?: string | undefined
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
   * @throws MailRejected when trying again is of no use, MailServerTrouble when the server did not
   * get as far as a verdict on this mail; any other error concerns this mail and may pass
   */
  send(smtp: SmtpSettings, message: MailMessage): Promise<string>
  /** Ends what is being sent, too. */
  close(): void
}

/** As many mails are sent at a time by one core, each over a connection of its own. */
export const CONNECTIONS_MAX = 5

/** An attempt failed, and another may succeed; the message is what the server said, without secrets. */
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

/** The server said nothing about this mail: the next one may well meet the same. */
export class MailServerTrouble extends MailNotSent {
  override readonly name = 'MailServerTrouble'
}
