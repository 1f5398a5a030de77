import type { Tx } from '../db/database.js'
import * as tokenEnds from '../db/enrollment-token-ends.js'
import * as enrollmentTokens from '../db/enrollment-tokens.js'
import type { Device, Settings, User } from '../db/schema.js'
import * as settingsRow from '../db/settings.js'
import * as users from '../db/users.js'
import { after } from '../domain/clock.js'
import { TIMEOUT_MIN_MS, type TokenKind } from '../domain/enrollment-token.js'
import { assertNoViolations, DomainError, type Violation } from '../domain/errors.js'
import { deepLink, enrollmentUrl, mobileQr } from '../domain/instance.js'
import { newSecret, type SecretKind } from '../domain/secret.js'
import { parseEmail } from '../domain/user.js'
import { asActor, asPerson, audit, auditAll } from './audit.js'
import type { Admin, LoggedIn } from './caller.js'
import { assertMaySeeTokens, maySeeTokens } from './clear-tokens.js'
import { type InstanceUrls, isSmtpConfigured } from './instance-settings.js'
import type { InvitationMails } from './invitation-mails.js'
import { holdActor, type Target } from './targets.js'
import { endTokens } from './token-ends.js'

export interface InvitationOptions {
  readonly sendEmail: boolean
  /** Where to send it, if not to the account's address. */
  readonly email: string | undefined
  /** Undefined means the configured default. */
  readonly expiresInMs: number | undefined
}

/**
 * A freshly issued token with everything needed to hand it over; the clear text exists only here, and
 * is empty for whoever may not see it.
 */
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
}

type PersonalKind = Exclude<TokenKind, 'network_device'>

const SECRET_KINDS: Readonly<Record<TokenKind, SecretKind>> = {
  enrollment: 'enrollment',
  desktop_activation: 'desktopActivation',
  network_device: 'networkDevice',
}

const ISSUED = {
  enrollment: 'enrollment.token_issued',
  desktop_activation: 'desktop.token_issued',
  network_device: 'network_device.token_issued',
} as const

const UNSEEN = { token: '', url: '', deepLink: '', qr: '' }

type Action = (typeof ISSUED)[TokenKind] | 'enrollment.resent'

/** Issuing tokens: each replaces the older ones of its kind. */
export class Invitations {
  constructor(
    private readonly mails: InvitationMails,
    private readonly urls: InstanceUrls,
    private readonly timeouts: TokenTimeouts,
  ) {}

  /**
   * A token for a person. With `enrollment` a pending person activates
   * their account; with `desktop_activation` an active one adds a device in the client.
   * @throws DomainError `user_already_activated`, `user_not_activated`, `user_disabled`,
   * `smtp_not_configured`, `rate_limited`, `invalid_argument`
   */
  async issueToPerson(
    tx: Tx,
    admin: LoggedIn,
    user: Target,
    kind: PersonalKind,
    options: InvitationOptions,
    now: Date,
    action: Action = ISSUED[kind],
  ): Promise<Invitation> {
    assertMayGet(kind, user)
    const { recipient, expiresInMs } = this.parse(options, user)
    if (recipient === undefined) assertMaySeeTokens(admin, 'have it mailed')
    // Wherever else a program has it mailed, that would be to see it.
    else if (recipient !== user.email && action !== 'enrollment.resent')
      assertMaySeeTokens(admin, "have it mailed to the account's own address")
    const settings = await settingsRow.get(tx)
    if (recipient !== undefined) {
      if (!isSmtpConfigured(settings)) throw new DomainError('smtp_not_configured')
      await assertNotMailedJustNow(tx, user, kind, settings, now)
    }

    const revoked = await tokenEnds.revokeOpen(tx, user.id, kind, now)
    await endTokens(tx, revoked, user, now)
    const issued = await this.insert(tx, kind, {
      userId: user.id,
      issuedBy: admin.userId,
      sentTo: recipient ?? null,
      issuedAt: now,
      expiresAt: after(now, expiresInMs),
      deviceId: null,
    })
    const invitation = { ...issued, mailedTo: recipient }
    if (recipient !== undefined) {
      const mailed = { ...invitation, kind, issuedBy: admin.userId }
      await this.mails.enqueue(tx, recipient, user, mailed, settings, now)
    }
    await auditIssue(tx, admin, revoked, invitation, action, user.username, { user: user.id }, now)
    return maySeeTokens(admin) ? invitation : { ...invitation, ...UNSEEN }
  }

  /**
   * A token with which the command line client of a prepared device, which the caller holds, puts its
   * key there. Used again it replaces the key.
   * @throws DomainError `invalid_argument`, and those of `holdActor`
   */
  async issueToDevice(
    tx: Tx,
    admin: Admin,
    device: Device,
    wantedMs: number | undefined,
    now: Date,
    action: Action = ISSUED.network_device,
  ): Promise<Invitation> {
    const violations: Violation[] = []
    const expiresInMs = this.parseLife(wantedMs, violations)
    assertNoViolations(violations)
    assertMaySeeTokens(admin, 'it cannot be mailed, so somebody has to log in for it')
    await holdActor(tx, admin)
    const owner =
      device.preparedForId === null ? undefined : await users.findById(tx, device.preparedForId)
    const revoked = await tokenEnds.revokeOpenOfDevice(tx, device.id, now)
    await endTokens(tx, revoked, undefined, now)
    const issued = await this.insert(tx, 'network_device', {
      // Somebody has to be the account it is issued under, also when the first one is gone.
      userId: owner?.id ?? admin.userId,
      issuedBy: admin.userId,
      sentTo: null,
      issuedAt: now,
      expiresAt: after(now, expiresInMs),
      deviceId: device.id,
    })
    const invitation = { ...issued, mailedTo: undefined }
    await auditIssue(
      tx,
      admin,
      revoked,
      invitation,
      action,
      device.name,
      { device: device.id },
      now,
    )
    return invitation
  }

  private async insert(
    tx: Tx,
    kind: TokenKind,
    token: Omit<Parameters<typeof enrollmentTokens.insert>[1], 'kind' | 'tokenHash'>,
  ): Promise<Omit<Invitation, 'mailedTo'>> {
    const { secret, hash } = newSecret(SECRET_KINDS[kind])
    const id = await enrollmentTokens.insert(tx, { ...token, kind, tokenHash: hash })
    const { proxyUrl } = this.urls
    return {
      id,
      token: secret,
      url: enrollmentUrl(proxyUrl, secret),
      deepLink: deepLink(proxyUrl, secret),
      qr: mobileQr(proxyUrl, secret),
      expiresAt: token.expiresAt,
    }
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
    const expiresInMs = this.parseLife(options.expiresInMs, violations)
    assertNoViolations(violations)
    return { recipient: options.sendEmail ? email : undefined, expiresInMs }
  }

  private parseLife(wantedMs: number | undefined, violations: Violation[]): number {
    const lifeMs = wantedMs ?? this.timeouts.defaultMs
    if (lifeMs < TIMEOUT_MIN_MS) {
      violations.push({ field: 'expires_in_seconds', message: 'must be at least 5 minutes' })
    }
    return Math.min(lifeMs, this.timeouts.maxMs)
  }
}

/** The caller holds the person's row, so of several admins at once only the first one mails them. */
async function assertNotMailedJustNow(
  tx: Tx,
  user: Target,
  kind: PersonalKind,
  { enrollmentResendCooldownSeconds }: Settings,
  now: Date,
): Promise<void> {
  const cooldownMs = enrollmentResendCooldownSeconds * 1000
  const mailedAt = await enrollmentTokens.findMailedSince(
    tx,
    user.id,
    kind,
    after(now, -cooldownMs),
  )
  if (!mailedAt) return
  const seconds = Math.max(1, Math.ceil((mailedAt.getTime() + cooldownMs - now.getTime()) / 1000))
  const advice = `wait ${seconds} second${seconds === 1 ? '' : 's'}, or hand a link over yourself`
  const message = `a link was mailed to "${user.username}" just now: ${advice}`
  throw new DomainError('rate_limited', message, [], seconds)
}

function assertMayGet(kind: PersonalKind, user: User): void {
  const isEnrolled = user.passwordHash !== null
  if (kind === 'enrollment' && isEnrolled) throw new DomainError('user_already_activated')
  if (!user.isActive) throw new DomainError('user_disabled')
  if (kind === 'desktop_activation' && !isEnrolled) throw new DomainError('user_not_activated')
}

async function auditIssue(
  tx: Tx,
  admin: LoggedIn,
  replaced: readonly number[],
  { id, expiresAt, mailedTo }: Invitation,
  action: Action,
  name: string,
  recipient: { user: number } | { device: number },
  now: Date,
): Promise<void> {
  const details = {
    ...recipient,
    expires_at: expiresAt.toISOString(),
    mailed: mailedTo !== undefined,
  }
  const isOwn = 'user' in recipient && recipient.user === admin.userId
  const actor = isOwn ? asPerson(admin) : asActor(admin)
  const tokenOf = (tokenId: number) => ({ kind: 'enrollment_token', id: tokenId, name }) as const
  await auditAll(tx, now, actor, 'enrollment.revoked', replaced.map(tokenOf), {
    details: { replaced_by: id },
  })
  await audit(tx, now, actor, action, tokenOf(id), { details })
}
