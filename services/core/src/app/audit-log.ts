import * as auditChain from '../db/audit-chain.js'
import * as auditEntries from '../db/audit-entries.js'
import type { Db } from '../db/database.js'
import { assertNoViolations, DomainError } from '../domain/errors.js'
import { type PageOf, type PageRequest, pageOf, parsePage } from './paging.js'

export type AuditEntry = auditEntries.AuditEntry
export type ChainedEntry = auditEntries.ChainedEntry
export type AuditFilter = auditEntries.AuditFilter

const BATCH_MAX = 500

/** The audit log, as admins and auditors read it. */
export class AuditLog {
  constructor(private readonly db: Db) {}

  /** Newest first. @throws DomainError `invalid_argument` */
  async list(filter: AuditFilter, request: PageRequest): Promise<PageOf<AuditEntry>> {
    const { since, until } = filter
    const isEmpty = since && until && until <= since
    assertNoViolations(isEmpty ? [{ field: 'until', message: 'must be later than since' }] : [])
    const page = parsePage(request)
    return pageOf(await auditEntries.list(this.db, filter, page), page)
  }

  /**
   * Every chained event beyond a position of the chain, in its order, without gaps: whoever goes on
   * from the last position they have seen misses none, on any core, also after a restore.
   * @throws DomainError `invalid_argument`
   */
  async *export(after: number): AsyncGenerator<ChainedEntry> {
    const head = await auditChain.findHead(this.db)
    if (after < 0 || after > (head?.position ?? 0)) {
      const message = 'is not a position of this log'
      throw new DomainError('invalid_argument', `after_position: ${message}`, [
        { field: 'after_position', message },
      ])
    }
    let last = after
    let rows: ChainedEntry[]
    do {
      rows = await auditEntries.listChained(this.db, last, BATCH_MAX)
      yield* rows
      last = rows.at(-1)?.position ?? last
    } while (rows.length === BATCH_MAX)
  }
}
