import type { Settings } from '../db/schema.js'
import type { OutgoingMail } from '../mail/messages.js'
import { renderMail } from '../mail/render.js'
import type { MailMessage } from '../mail/transport.js'
import { brandingOf } from './branding.js'
import type { InstanceUrls } from './instance-settings.js'

/** A mail as it is handed to the mail server. */
export function toMessage(
  mail: OutgoingMail,
  messageId: string,
  settings: Settings,
  urls: InstanceUrls,
): MailMessage {
  return {
    ...renderMail(mail, brandingOf(settings)),
    // Not the sender's domain: that setting may change before the next attempt, this must not.
    messageId: `<${messageId}@${new URL(urls.proxyUrl).hostname}>`,
    to: mail.recipient,
  }
}
