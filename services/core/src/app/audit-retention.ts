import { tryMaintenance } from '../db/advisory-locks.js'
import * as auditCuts from '../db/audit-cuts.js'
import { type Db, inTransaction } from '../db/database.js'
import { cutCode } from '../domain/audit-chain.js'
import type { Sealer } from '../domain/sealing.js'
import { audit, SYSTEM } from './audit.js'
import { AuditKeys } from './audit-keys.js'

/** So many events go at a time, so that nothing else waits for it. */
const BATCH_MAX = 5000
const BATCHES_MAX = 20

/**
 * Drops the months of the audit log that are past their retention, as far as they are chained. Where
 * the chain begins from then on is recorded, and vouched for, so that nobody else can shorten it.
 */
export class AuditRetention {
  constructor(
    private readonly db: Db,
    private readonly sealer: Sealer,
  ) {}

  async drop(now: Date): Promise<void> {
    const olderThan = await auditCuts.findLimit(this.db, now)
    for (let batch = 0; batch < BATCHES_MAX; batch++)
      if (!(await this.hasDroppedSome(olderThan, now))) return
  }

  private async hasDroppedSome(olderThan: Date, now: Date): Promise<boolean> {
    return inTransaction(this.db, async (tx) => {
      if (!(await tryMaintenance(tx))) return false
      const last = await auditCuts.findDroppable(tx, olderThan, BATCH_MAX)
      if (!last) return false
      const keys = await AuditKeys.load(tx, this.sealer)
      const code = cutCode(keys.at(last.position), last)
      const upTo = { position: last.position, code }
      const events = await auditCuts.drop(tx, upTo, olderThan, now)
      const details = { events, position: last.position, older_than: olderThan.toISOString() }
      await audit(tx, now, SYSTEM, 'audit.dropped', undefined, { details })
      return true
    })
  }
}
