import type { Tx } from '../db/database.js'
import * as devices from '../db/devices.js'
import * as enrollmentSessions from '../db/enrollment-sessions.js'
import * as enrollmentTokens from '../db/enrollment-tokens.js'
import * as mails from '../db/mails.js'
import type { User } from '../db/schema.js'
import * as settingsRow from '../db/settings.js'
import * as users from '../db/users.js'
import { after } from '../domain/clock.js'
import { TIMEOUT_MIN_MS } from '../domain/enrollment-token.js'
import { assertNoViolations, DomainError, type Violation } from '../domain/errors.js'
import { deepLink, enrollmentUrl, mobileQr } from '../domain/instance.js'
import type { Sealer } from '../domain/sealing.js'
import { newSecret } from '../domain/secret.js'
import { parseEmail } from '../domain/user.js'
import { invitationMail } from '../mail/messages.js'
import { asActor, audit } from './audit.js'
import type { Admin } from './caller.js'
import { personContact } from './contacts.js'
import { removeDevices } from './device-removal.js'
import { type InstanceUrls, isSmtpConfigured, languageOf } from './instance-settings.js'
import { enqueue } from './outbox.js'

export interface InvitationOptions {
  readonly sendEmail: boolean
  /** Where to send it, if not to the account's address. */
  readonly email: string | undefined
  /** Undefined means the configured default. */
  readonly expiresInMs: number | undefined
}

/** A freshly issued token with everything needed to hand it over; the clear text exists only here. */
export interface Invitation {
  readonly id: number
  readonly token: string
  readonly url: string
  readonly deepLink: string
  readonly qr: string
  readonly expiresAt: Date
  readonly mailedTo: string | undefined
}

export interface TokenTimeouts {
  readonly defaultMs: number
  readonly maxMs: number
  readonly sessionMs: number
}

/** Issuing and withdrawing enrollment tokens. */
export class Invitations {
  constructor(
    private readonly sealer: Sealer,
    private readonly urls: InstanceUrls,
    private readonly timeouts: TokenTimeouts,
  ) {}

  /**
   * Issues an enrollment token for a person whose row the caller holds, and revokes their older ones.
   * @throws DomainError `user_already_activated`, `user_disabled`, `smtp_not_configured`, `invalid_argument`
   */
  async issue(
    tx: Tx,
    admin: Admin,
    user: User,
    options: InvitationOptions,
    now: Date,
    action: 'enrollment.token_issued' | 'enrollment.resent' = 'enrollment.token_issued',
  ): Promise<Invitation> {
    if (user.passwordHash !== null) throw new DomainError('user_already_activated')
    if (!user.isActive) throw new DomainError('user_disabled')
    const { recipient, timeoutMs } = this.parse(options, user)
    const settings = await settingsRow.get(tx)
    if (recipient !== undefined && !isSmtpConfigured(settings))
      throw new DomainError('smtp_not_configured')

    const revoked = await enrollmentTokens.revokeOpen(tx, user.id, 'enrollment', now)
    await endTokens(tx, revoked, user, now)
    const { secret, hash } = newSecret('enrollment')
    const expiresAt = after(now, timeoutMs)
    const id = await enrollmentTokens.insert(tx, {
      kind: 'enrollment',
      tokenHash: hash,
      userId: user.id,
      issuedBy: admin.userId,
      sentTo: recipient ?? null,
      issuedAt: now,
      expiresAt,
      deviceId: null,
    })
    const invitation = {
      id,
      token: secret,
      url: enrollmentUrl(this.urls.proxyUrl, secret),
      deepLink: deepLink(this.urls.proxyUrl, secret),
      qr: mobileQr(this.urls.proxyUrl, secret),
      expiresAt,
      mailedTo: recipient,
    }
    if (recipient !== undefined) {
      const issuer = await users.get(tx, admin.userId)
      const mail = invitationMail(recipient, languageOf(user, settings), {
        instanceName: settings.instanceName,
        firstName: user.firstName,
        invitedBy: personContact(issuer),
        url: invitation.url,
        deepLink: invitation.deepLink,
        instanceUrl: this.urls.proxyUrl,
        token: secret,
        validUntil: expiresAt.toISOString(),
        sessionMs: this.timeouts.sessionMs,
      })
      await enqueue(tx, this.sealer, mail, now, id)
    }
    await audit(
      tx,
      now,
      asActor(admin),
      action,
      { kind: 'enrollment_token', id, name: user.username },
      {
        details: {
          user: user.id,
          expires_at: expiresAt.toISOString(),
          mailed: recipient !== undefined,
        },
      },
    )
    return invitation
  }

  private parse(options: InvitationOptions, user: User) {
    const violations: Violation[] = []
    const email = options.email === undefined ? user.email : parseEmail(options.email)
    if (email === undefined) {
      violations.push({
        field: 'email',
        message: 'must be an e-mail address of at most 254 characters',
      })
    }
    if (options.email !== undefined && !options.sendEmail) {
      violations.push({ field: 'email', message: 'is only used when the invitation is mailed' })
    }
    const wantedMs = options.expiresInMs ?? this.timeouts.defaultMs
    if (wantedMs < TIMEOUT_MIN_MS) {
      violations.push({ field: 'expires_in_seconds', message: 'must be at least 5 minutes' })
    }
    assertNoViolations(violations)
    return {
      recipient: options.sendEmail ? email : undefined,
      timeoutMs: Math.min(wantedMs, this.timeouts.maxMs),
    }
  }
}

/**
 * What follows when enrollment tokens die unused: their sessions end, their mails are given up, and
 * the devices that a pending person made with them go. The caller holds the person's row.
 */
export async function endTokens(
  tx: Tx,
  tokenIds: readonly number[],
  user: User,
  now: Date,
): Promise<void> {
  await enrollmentSessions.endOfTokens(tx, tokenIds, now)
  await mails.giveUpOfTokens(tx, tokenIds, 'the token was revoked or replaced')
  if (user.passwordHash !== null) return
  await removeDevices(tx, await devices.lockOfTokens(tx, user.id, tokenIds))
}
