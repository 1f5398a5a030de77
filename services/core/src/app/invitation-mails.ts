import type { Tx } from '../db/database.js'
import type { Settings, User } from '../db/schema.js'
import * as users from '../db/users.js'
import { reminderAt } from '../domain/reminder.js'
import type { Sealer } from '../domain/sealing.js'
import { desktopActivationMail, invitationMail, reminderMail } from '../mail/messages.js'
import { personContact } from './contacts.js'
import { type InstanceUrls, languageOf } from './instance-settings.js'
import { enqueue, enqueueWithFollowUp } from './outbox.js'

/** A token that was issued to a person, in clear. */
interface IssuedToken {
  readonly id: number
  readonly kind: 'enrollment' | 'desktop_activation'
  readonly issuedBy: number
  readonly token: string
  readonly url: string
  readonly deepLink: string
  readonly qr: string
  readonly expiresAt: Date
}

/**
 * What brings a token to somebody. The clear text is known only now, so a reminder is written at once,
 * sealed like the invitation; it goes out only while the token still waits.
 */
export class InvitationMails {
  constructor(
    private readonly sealer: Sealer,
    private readonly urls: InstanceUrls,
    private readonly sessionMs: number,
  ) {}

  async enqueue(
    tx: Tx,
    recipient: string,
    user: User,
    issued: IssuedToken,
    settings: Settings,
    now: Date,
  ): Promise<void> {
    const language = languageOf(user, settings)
    const variables = {
      instanceName: settings.instanceName,
      firstName: user.firstName,
      invitedBy: personContact(await users.get(tx, issued.issuedBy)),
      deepLink: issued.deepLink,
      instanceUrl: this.urls.proxyUrl,
      token: issued.token,
      validUntil: issued.expiresAt.toISOString(),
      sessionMs: this.sessionMs,
    }
    const limits = { token: { enrollmentTokenId: issued.id } }
    if (issued.kind === 'desktop_activation') {
      const mail = desktopActivationMail(recipient, language, { ...variables, qr: issued.qr })
      return enqueue(tx, this.sealer, mail, now, limits)
    }
    const invitation = { ...variables, url: issued.url }
    const mail = invitationMail(recipient, language, invitation)
    const dueAt = settings.enrollmentReminder ? reminderAt(now, issued.expiresAt) : undefined
    if (!dueAt) return enqueue(tx, this.sealer, mail, now, limits)
    const followUp = { mail: reminderMail(recipient, language, invitation), dueAt }
    return enqueueWithFollowUp(tx, this.sealer, mail, followUp, now, limits)
  }
}
