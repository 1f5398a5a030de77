import { lockAuditChain } from '../db/advisory-locks.js'
import * as auditChain from '../db/audit-chain.js'
import * as auditKeys from '../db/audit-keys.js'
import { type Db, inTransaction } from '../db/database.js'
import * as sealedValues from '../db/sealed-values.js'
import { newChainKey } from '../domain/audit-chain.js'
import type { Clock } from '../domain/clock.js'
import type { Sealer } from '../domain/sealing.js'
import { asActor, audit } from './audit.js'
import { sealAuditKey } from './audit-keys.js'
import type { Admin } from './caller.js'
import { type BoundColumn, SEALED_COLUMNS } from './sealed-columns.js'

export interface RotationProgress {
  readonly resealed: number
  /** What is not under today's key could not be opened: altered, or under a key that is missing. */
  readonly unreadable: number
}

const BATCH_MAX = 200

/**
 * Seals everything that can be opened again under the secret key of today, while core works. Each batch
 * commits, and touches only what is still as it was read; so it can be cut short and repeated, and run
 * on several cores at once.
 */
export class KeyRotation {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly sealer: Sealer,
  ) {}

  async *run(admin: Admin): AsyncGenerator<RotationProgress> {
    await this.renewAuditKey(admin)
    const progress = { resealed: 0, unreadable: 0 }
    yield { ...progress }
    for (const column of SEALED_COLUMNS) {
      for await (const batch of this.reseal(column, admin)) {
        progress.resealed += batch.resealed
        progress.unreadable += batch.unreadable
        yield { ...progress }
      }
    }
  }

  private async *reseal(column: BoundColumn, admin: Admin): AsyncGenerator<RotationProgress> {
    const [current] = this.sealer.keyIds
    if (!current) throw new Error('There is no key.')
    let after = -1
    let values: sealedValues.SealedValue[]
    do {
      values = await sealedValues.listUnderOthers(this.db, column, current, after, BATCH_MAX)
      if (values.length === 0) return
      after = values.at(-1)?.key ?? after
      const fresh = values.flatMap((value) => this.resealed(column, value))
      const resealed = await this.replace(column, fresh, admin)
      yield { resealed, unreadable: values.length - fresh.length }
    } while (values.length === BATCH_MAX)
  }

  private resealed(column: BoundColumn, value: sealedValues.SealedValue) {
    const identity = column.identityOf(value.owner)
    try {
      const text = this.sealer.open(value.sealed, identity)
      return [{ ...value, resealed: this.sealer.seal(text, identity) }]
    } catch {
      return [] // counted: one that is lost must not keep the others under the old key
    }
  }

  private async replace(
    column: BoundColumn,
    fresh: readonly (sealedValues.SealedValue & { readonly resealed: Buffer })[],
    admin: Admin,
  ): Promise<number> {
    if (fresh.length === 0) return 0
    return inTransaction(this.db, async (tx) => {
      const resealed = await sealedValues.replace(tx, column, fresh)
      const details = { what: `${column.table}.${column.column}`, resealed }
      await audit(tx, this.clock(), asActor(admin), 'keys.rotated', undefined, { details })
      return resealed
    })
  }

  /**
   * Gives the events to come another key: whoever had the old secret key, and a dump from that time,
   * can make no link of theirs.
   */
  private async renewAuditKey(admin: Admin): Promise<void> {
    const [current] = this.sealer.keyIds
    await inTransaction(this.db, async (tx) => {
      await lockAuditChain(tx)
      const head = await auditChain.findHead(tx)
      const [newest] = await auditKeys.list(tx)
      if (!head || !newest || !current) return
      if (newest.keySealed.subarray(0, current.length).equals(current)) return
      const firstPosition = head.position + 1
      const keySealed = sealAuditKey(this.sealer, newChainKey(), firstPosition)
      const now = this.clock()
      // One that no link was made with yet is replaced.
      await auditKeys.put(tx, { firstPosition, keySealed, createdAt: now })
      const details = { what: 'audit_key', first_position: firstPosition }
      await audit(tx, now, asActor(admin), 'keys.rotated', undefined, { details })
    })
  }
}
