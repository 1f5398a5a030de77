import { type Db, inTransaction } from '../db/database.js'
import * as deviceDescriptions from '../db/device-descriptions.js'
import * as devices from '../db/devices.js'
import * as pollingTokens from '../db/polling-tokens.js'
import { after, type Clock } from '../domain/clock.js'
import { DomainError } from '../domain/errors.js'
import { hashSecret, kindOfSecret } from '../domain/secret.js'
import { type DeviceDescription, describe } from './device-configs.js'
import type { InstanceUrls } from './instance-settings.js'

const HOUR_MS = 3_600_000
/** How long a token lives without being used. */
export const POLLING_LAPSE_MS = 90 * 24 * HOUR_MS

/** Clients ask every half a minute whether their device's configuration has changed. */
export class Polling {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly urls: InstanceUrls,
  ) {}

  /**
   * A device as its client needs it. Writes nothing but, once an hour, that the token is in use.
   * @throws DomainError `polling_token_unknown`, `poll_user_disabled`
   */
  async poll(token: string): Promise<DeviceDescription> {
    if (kindOfSecret(token) !== 'polling') throw new DomainError('polling_token_unknown')
    const now = this.clock()
    const usedAfter = after(now, -POLLING_LAPSE_MS)
    const found = await deviceDescriptions.findByPollingToken(this.db, hashSecret(token), usedAfter)
    if (!found) throw new DomainError('polling_token_unknown')
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
