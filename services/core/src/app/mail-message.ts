import type { Settings } from '../db/schema.js'
import type { OutgoingMail } from '../mail/messages.js'
import { renderMail } from '../mail/render.js'
import type { MailMessage } from '../mail/transport.js'
import { brandingOf } from './branding.js'
import type { InstanceUrls } from './instance-settings.js'

/** A mail as it is handed to the mail server. */
export function toMessage(
  mail: OutgoingMail,
  { messageId, inReplyTo }: { readonly messageId: string; readonly inReplyTo: string | null },
  settings: Settings,
  urls: InstanceUrls,
): MailMessage {
  // Not the sender's domain: that setting may change before the next attempt, this must not.
  const withHost = (id: string) => `<${id}@${new URL(urls.proxyUrl).hostname}>`
  return {
    ...renderMail(mail, brandingOf(settings)),
    messageId: withHost(messageId),
    inReplyTo: inReplyTo === null ? undefined : withHost(inReplyTo),
    to: mail.recipient,
  }
}
