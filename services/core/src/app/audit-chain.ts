import type { Logger } from '@defguard/runtime/logger'
import { tryAuditChain } from '../db/advisory-locks.js'
import * as auditChain from '../db/audit-chain.js'
import * as auditKeys from '../db/audit-keys.js'
import { type Db, inTransaction, type Tx } from '../db/database.js'
import { findHorizon, type Position } from '../db/enrollment-events.js'
import {
  CHAIN_BEGINNING,
  type ChainedFields,
  type ChainPoint,
  headCode,
  newChainKey,
  nextLink,
} from '../domain/audit-chain.js'
import { after, type Clock } from '../domain/clock.js'
import type { Sealer } from '../domain/sealing.js'
import { AuditKeys, sealAuditKey } from './audit-keys.js'
import { WorkLoop } from './work-loop.js'

const BATCH_MAX = 1000
const NOTE_PAUSE_MS = 60_000

/**
 * Chains the audit log, on one core at a time: each event gets a link that covers it and the link
 * before, in an order that no later event can come into. What is chained cannot be changed or removed
 * without a trace by anybody who has only the database.
 */
export class AuditChain {
  readonly #loop = new WorkLoop(
    () => this.extend(),
    (err) => this.log.error({ err }, 'the audit log is not being chained'),
  )
  /** All before it is chained; undefined until this core has looked. */
  #after: Position | undefined
  #newest: ChainPoint | undefined
  #linked = 0
  #noted = { position: 0, at: new Date(0) }

  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly sealer: Sealer,
    private readonly log: Logger,
  ) {}

  start(): void {
    this.#loop.start()
  }

  async stop(): Promise<void> {
    await this.#loop.stop()
    this.note(this.clock())
  }

  private async extend(): Promise<boolean> {
    const now = this.clock()
    const done = await inTransaction(this.db, (tx) => this.link(tx, now))
    if (done) this.#after = done.after
    if (done?.head) this.#newest = done.head
    this.#linked += done?.count ?? 0
    if (now >= after(this.#noted.at, NOTE_PAUSE_MS)) this.note(now)
    return done?.hasMore ?? false
  }

  /** Chains some of what waits; undefined while another core does. */
  private async link(tx: Tx, now: Date) {
    if (!(await tryAuditChain(tx))) return undefined
    const from = this.#after ?? (await auditChain.findResumePoint(tx))
    const until = await findHorizon(tx)
    const rows = await auditChain.listUnchained(tx, { after: from, until }, BATCH_MAX)
    for (const { eventId, isChained, isForeign } of rows)
      if (isForeign && !isChained)
        this.log.error({ eventId }, 'an event of the audit log was put there afterwards')
    const fresh = rows.filter(({ isChained, isForeign }) => !isChained && !isForeign)
    const head = fresh.length === 0 ? undefined : await this.append(tx, fresh, now)
    const hasMore = rows.length === BATCH_MAX
    const last = hasMore ? rows.at(-1) : undefined
    const reached = last ? { transactionId: last.transactionId, id: last.eventId } : until
    return { after: reached, head, count: fresh.length, hasMore }
  }

  private async append(tx: Tx, rows: readonly auditChain.Unchained[], now: Date) {
    const { head, keys } = await this.begin(tx, now)
    let point: ChainPoint = head
    const links = rows.map((row) => {
      const position = point.position + 1
      point = { position, link: nextLink(keys.at(position), point, fieldsOf(row)) }
      return { ...point, eventId: row.eventId }
    })
    await auditChain.insertLinks(tx, links)
    const code = headCode(keys.at(point.position), point)
    if (!(await auditChain.advanceHead(tx, head, { ...point, code })))
      throw new Error('The chain of the audit log has moved on meanwhile.')
    return point
  }

  /**
   * The end of the chain as core has left it. Whatever became of it since: going on from another one
   * would hide that.
   */
  private async begin(tx: Tx, now: Date): Promise<{ head: ChainPoint; keys: AuditKeys }> {
    const head = await auditChain.findHead(tx)
    const keys = await AuditKeys.load(tx, this.sealer)
    if (head) {
      const isOurs = !keys.isEmpty && head.code.equals(headCode(keys.at(head.position), head))
      if (isOurs) return { head, keys }
    }
    const hasBegun = head !== undefined || !keys.isEmpty
    if (hasBegun || (await auditChain.findLastPosition(tx)) > 0)
      throw new Error('The end of the audit log was tampered with: run "audit verify".')
    const key = newChainKey()
    await auditKeys.put(tx, {
      firstPosition: 1,
      keySealed: sealAuditKey(this.sealer, key, 1),
      createdAt: now,
    })
    await auditChain.insertHead(tx, { ...CHAIN_BEGINNING, code: headCode(key, CHAIN_BEGINNING) })
    return { head: CHAIN_BEGINNING, keys: await AuditKeys.load(tx, this.sealer) }
  }

  /** For whoever collects logs: a log that is kept elsewhere shows whether an end was cut off. */
  private note(now: Date): void {
    const newest = this.#newest
    if (!newest || newest.position === this.#noted.position) return
    const { position, link } = newest
    this.log.info({ position, link: link.toString('hex'), count: this.#linked }, 'audit chain')
    this.#noted = { position, at: now }
    this.#linked = 0
  }
}

/** The covered columns in their order, which never changes. */
export function fieldsOf(row: auditChain.ChainedRow): ChainedFields {
  return [
    row.id,
    row.at,
    row.actorKind,
    row.actorId,
    row.actorName,
    row.action,
    row.objectKind,
    row.objectId,
    row.objectName,
    row.result,
    row.reason,
    row.ip,
    row.userAgent,
    row.requestId,
    row.details,
  ]
}
