import { type Db, inTransaction } from '../db/database.js'
import * as deviceDescriptions from '../db/device-descriptions.js'
import * as devices from '../db/devices.js'
import * as pollingTokens from '../db/polling-tokens.js'
import { after, type Clock } from '../domain/clock.js'
import { DomainError } from '../domain/errors.js'
import { hashSecret, kindOfSecret } from '../domain/secret.js'
import { type CallLimits, LocalLimit } from './call-limits.js'
import type { Caller } from './caller.js'
import { type DeviceDescription, describe } from './device-configs.js'
import type { InstanceUrls } from './instance-settings.js'

const HOUR_MS = 3_600_000
/** How long a token lives without being used. */
export const POLLING_LAPSE_MS = 90 * 24 * HOUR_MS

/** Clients ask every half a minute whether their device's configuration has changed. */
export class Polling {
  /** Not shared with other cores: a statement each would double what a poll costs. */
  readonly #polls: LocalLimit

  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly urls: InstanceUrls,
    private readonly limits: CallLimits,
  ) {
    this.#polls = new LocalLimit(limits.limits.polls)
  }

  /**
   * A device as its client needs it. Writes nothing but, once an hour, that the token is in use.
   * @throws DomainError `polling_token_unknown`, `poll_user_disabled`, `rate_limited`
   */
  async poll(token: string, caller: Caller): Promise<DeviceDescription> {
    const now = this.clock()
    const unknown = new DomainError('polling_token_unknown')
    if (kindOfSecret(token) !== 'polling')
      throw await this.limits.guess('pollGuesses', unknown, caller, now)
    const hash = hashSecret(token)
    const subject = hash.toString('base64')
    this.#polls.assertRoom(subject, now)
    const usedAfter = after(now, -POLLING_LAPSE_MS)
    const found = await deviceDescriptions.findByPollingToken(this.db, hash, usedAfter)
    if (!found) throw await this.limits.guess('pollGuesses', unknown, caller, now)
    this.#polls.count(subject, now)
    if (found.isActive === false) throw new DomainError('poll_user_disabled')
    const isNoted = found.lastUsedAt !== null && now < after(found.lastUsedAt, HOUR_MS)
    if (!isNoted) await this.noteUse(found, now)
    return describe(found, this.urls)
  }

  /**
   * The first use of a token proves that its answer has arrived: only now do the device's earlier
   * tokens end, and its key is settled.
   */
  private async noteUse(token: { tokenId: number; id: number }, now: Date): Promise<void> {
    await inTransaction(this.db, async (tx) => {
      await devices.markPolled(tx, token.id, now)
      if (!(await pollingTokens.noteUse(tx, token.tokenId, now)))
        throw new DomainError('polling_token_unknown')
      await pollingTokens.endEarlier(tx, token.id, token.tokenId)
    })
  }
}
