import type { Logger } from '@defguard/runtime/logger'
import { type Db, inTransaction, type Tx } from '../db/database.js'
import * as passwordResetRequests from '../db/password-reset-requests.js'
import * as passwordResetTokens from '../db/password-reset-tokens.js'
import type { Settings, User } from '../db/schema.js'
import * as settingsRow from '../db/settings.js'
import * as users from '../db/users.js'
import { after, type Clock } from '../domain/clock.js'
import { MAILS_WINDOW_MS, mayIssueReset } from '../domain/password-reset.js'
import { audit } from './audit.js'
import type { Caller } from './caller.js'
import { isPasswordResetOffered } from './instance-settings.js'
import type { PasswordResetLinks } from './password-reset-links.js'
import { auditGuess } from './start-refusals.js'
import { WorkLoop } from './work-loop.js'

const BATCH_MAX = 100
/** Who waited longer has asked again or given up, and a link out of the blue would only frighten. */
const REQUEST_LIFE_MS = 60 * 60_000
const ACTION = 'password_reset.requested'

/**
 * Acts on requests for a reset link, away from the call, so that the call takes the same time whoever
 * is asked for. Any number of cores share the work.
 */
export class PasswordResetWorker {
  readonly #loop = new WorkLoop(
    () => this.workOff(),
    (err) => this.log.warn({ err }, 'work on password resets is interrupted'),
  )

  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly links: PasswordResetLinks,
    private readonly log: Logger,
  ) {}

  start(): void {
    this.#loop.start()
  }

  /** Finishes what is being done. */
  stop(): Promise<void> {
    return this.#loop.stop()
  }

  /** Looks for requests now: somebody has just asked. */
  wake(): void {
    this.#loop.wake()
  }

  private workOff(): Promise<boolean> {
    return inTransaction(this.db, async (tx) => {
      const now = this.clock()
      const requests = await passwordResetRequests.take(tx, BATCH_MAX)
      const settings = requests.length > 0 && (await settingsRow.get(tx))
      if (settings && isPasswordResetOffered(settings)) {
        const fresh = requests.filter((one) => after(one.requestedAt, REQUEST_LIFE_MS) > now)
        for (const [userId, caller] of callersByUser(fresh)) {
          const user = await users.lock(tx, userId)
          if (user) await this.answer(tx, user, settings, caller, now)
        }
      }
      return requests.length === BATCH_MAX
    })
  }

  private async answer(
    tx: Tx,
    user: User,
    settings: Settings,
    caller: Caller,
    now: Date,
  ): Promise<void> {
    if (!user.isActive || user.passwordHash === null)
      return auditGuess(tx, ACTION, 'reset_start_user_disabled', caller, now)
    const issuedAt = await passwordResetTokens.issuedSince(
      tx,
      user.id,
      after(now, -MAILS_WINDOW_MS),
    )
    if (!mayIssueReset(issuedAt, now)) return
    const id = await this.links.issue(tx, user, settings, now)
    // Whoever asked has not proved to be this person.
    const actor = { kind: 'person', caller } as const
    const object = { kind: 'password_reset_token', id, name: user.username } as const
    await audit(tx, now, actor, ACTION, object, { details: { user: user.id } })
  }
}

/** Who asked for each person first; in the order of ids, so that two cores cannot block each other. */
function callersByUser(
  requests: readonly passwordResetRequests.PasswordResetRequest[],
): [userId: number, caller: Caller][] {
  const callers = new Map<number, Caller>()
  for (const { userId, ip, userAgent, requestId } of requests) {
    if (userId === null || callers.has(userId)) continue
    callers.set(userId, {
      ip: ip ?? undefined,
      userAgent: userAgent ?? undefined,
      requestId: requestId ?? undefined,
    })
  }
  return [...callers].sort(([a], [b]) => a - b)
}
