import type { Tx } from '../db/database.js'
import * as mailEnds from '../db/mail-ends.js'
import * as passwordResetTokens from '../db/password-reset-tokens.js'
import type { Settings, User } from '../db/schema.js'
import { after } from '../domain/clock.js'
import { passwordResetUrl } from '../domain/instance.js'
import type { Sealer } from '../domain/sealing.js'
import { newSecret } from '../domain/secret.js'
import { passwordResetMail } from '../mail/messages.js'
import { type InstanceUrls, languageOf } from './instance-settings.js'
import { enqueue } from './outbox.js'

export interface PasswordResetTimeouts {
  readonly tokenTimeoutMs: number
  readonly sessionTimeoutMs: number
}

/** Issuing links with which people set another password. */
export class PasswordResetLinks {
  constructor(
    private readonly sealer: Sealer,
    private readonly urls: InstanceUrls,
    private readonly timeouts: PasswordResetTimeouts,
  ) {}

  /**
   * Mails a link to the recorded address of a person whose row the caller holds, and revokes their
   * older ones, whose sessions are over with them. The token's id; its clear text is only in the mail.
   */
  async issue(tx: Tx, user: User, settings: Settings, now: Date): Promise<number> {
    const replaced = await passwordResetTokens.revokeOpen(tx, user.id, now)
    await mailEnds.giveUpOfTokens(tx, replaced, 'the token was replaced', 'passwordResetTokenId')
    const { secret, hash } = newSecret('passwordReset')
    const expiresAt = after(now, this.timeouts.tokenTimeoutMs)
    const token = { tokenHash: hash, userId: user.id, issuedAt: now, expiresAt }
    const id = await passwordResetTokens.insert(tx, token)
    const mail = passwordResetMail(user.email, languageOf(user, settings), {
      instanceName: settings.instanceName,
      firstName: user.firstName,
      url: passwordResetUrl(this.urls.proxyUrl, secret),
      validUntil: expiresAt.toISOString(),
      sessionMs: this.timeouts.sessionTimeoutMs,
    })
    await enqueue(tx, this.sealer, mail, now, { token: { passwordResetTokenId: id } })
    return id
  }
}
