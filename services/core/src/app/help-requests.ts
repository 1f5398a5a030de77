import { type Db, inTransaction, type Tx } from '../db/database.js'
import * as enrollmentSessions from '../db/enrollment-sessions.js'
import * as enrollmentTokens from '../db/enrollment-tokens.js'
import type { Settings, User } from '../db/schema.js'
import * as settingsRow from '../db/settings.js'
import * as users from '../db/users.js'
import { after, type Clock } from '../domain/clock.js'
import { DomainError } from '../domain/errors.js'
import {
  LINK_REQUEST_AGE_MAX_MS,
  LINK_REQUEST_PAUSE_MS,
  LINK_REQUESTS_MAX,
  NOTES_MAX,
  parseNote,
} from '../domain/help-request.js'
import type { Language } from '../domain/language.js'
import type { Sealer } from '../domain/sealing.js'
import { hashSecret, kindOfSecret } from '../domain/secret.js'
import { mistakeReportedMail, newLinkRequestedMail, type OutgoingMail } from '../mail/messages.js'
import { audit, tokenOf } from './audit.js'
import type { CallLimits } from './call-limits.js'
import type { Caller } from './caller.js'
import { languageOf } from './instance-settings.js'
import { enqueueAll } from './outbox.js'
import { admit, sessionHash } from './session-gate.js'

type Compose = (recipient: string, language: Language) => OutgoingMail

/** Where people who are stuck reach the admin who invited them. Changes nothing about them. */
export class HelpRequests {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly sealer: Sealer,
    private readonly limits: CallLimits,
  ) {}

  /**
   * Passes on what a person says is wrong with their data.
   * @throws DomainError of the session, `session_user_disabled`, `invalid_argument`, `note_limit`,
   * `rate_limited`
   */
  async reportMistake(sessionSecret: string, text: string, caller: Caller): Promise<void> {
    const hash = sessionHash(sessionSecret)
    const session = await this.find(hash)
    const note = parseNote(text)
    const now = this.clock()
    await this.limits.countAddress('helpRequests', caller, now)
    const isKept = await inTransaction(this.db, async (tx) => {
      if (!(await enrollmentTokens.countNote(tx, session.tokenId, NOTES_MAX, now))) return false
      const settings = await settingsRow.get(tx)
      if (settings.notifyAdminMistakeReported) {
        const report = { ...describe(session), phone: session.phone ?? undefined, note }
        await this.tell(tx, session, settings, now, (recipient, language) =>
          mistakeReportedMail(recipient, language, { ...report, reportedAt: now.toISOString() }),
        )
      }
      const actor = { kind: 'person', id: session.userId, name: session.username, caller } as const
      await audit(tx, now, actor, 'enrollment.mistake_reported', tokenOf(session))
      return true
    })
    if (isKept) return
    // The session may have ended meanwhile; otherwise it has had its say.
    await this.find(hash)
    throw new DomainError('note_limit')
  }

  /**
   * Tells an admin that the holder of a dead link needs a new one; says to nobody whether it did.
   * @throws DomainError `rate_limited`
   */
  async requestNewLink(token: string, caller: Caller): Promise<void> {
    const now = this.clock()
    await this.limits.countAddress('helpRequests', caller, now)
    const secret = token.trim()
    const kind = kindOfSecret(secret)
    if (kind !== 'enrollment' && kind !== 'desktopActivation') return
    await inTransaction(this.db, async (tx) => {
      const counted = await enrollmentTokens.countLinkRequest(tx, hashSecret(secret), now, {
        max: LINK_REQUESTS_MAX,
        lastBefore: after(now, -LINK_REQUEST_PAUSE_MS),
        diedAfter: after(now, -LINK_REQUEST_AGE_MAX_MS),
      })
      if (!counted) return
      const user = await users.get(tx, counted.userId)
      const settings = await settingsRow.get(tx)
      if (settings.notifyAdminNewLinkRequested) {
        const request = { ...describe(user), tokenId: counted.id, requestedAt: now.toISOString() }
        await this.tell(tx, counted, settings, now, (recipient, language) =>
          newLinkRequestedMail(recipient, language, request),
        )
      }
      const actor = { kind: 'person', id: user.id, name: user.username, caller } as const
      const object = tokenOf({ tokenId: counted.id, username: user.username })
      await audit(tx, now, actor, 'enrollment.new_link_requested', object)
    })
  }

  private async find(hash: ReturnType<typeof sessionHash>) {
    const context = await enrollmentSessions.find(this.db, hash)
    return admit(context, this.clock(), 'session_user_disabled')
  }

  /** Mails the admin who issued the token, or all admins where that one cannot help any more. */
  private async tell(
    tx: Tx,
    token: { readonly userId: number; readonly issuedBy: number | null },
    settings: Settings,
    now: Date,
    compose: Compose,
  ): Promise<void> {
    const admins = await users.listActiveAdmins(tx)
    const others = admins.filter((admin) => admin.id !== token.userId)
    const issuer = others.filter((admin) => admin.id === token.issuedBy)
    const notices = (issuer.length > 0 ? issuer : others).map((admin) =>
      compose(admin.email, languageOf(admin, settings)),
    )
    await enqueueAll(tx, this.sealer, notices, now)
  }
}

/** Who asks, as on record. */
function describe(person: Pick<User, 'firstName' | 'lastName' | 'username' | 'email'>) {
  return {
    name: `${person.firstName} ${person.lastName}`,
    username: person.username,
    email: person.email,
  }
}
