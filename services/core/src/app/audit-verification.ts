import * as auditChain from '../db/audit-chain.js'
import * as auditCuts from '../db/audit-cuts.js'
import type { Db } from '../db/database.js'
import {
  CHAIN_BEGINNING,
  type ChainKey,
  type ChainPoint,
  cutCode,
  headCode,
  parseChainPoint,
} from '../domain/audit-chain.js'
import { DomainError } from '../domain/errors.js'
import type { Sealer } from '../domain/sealing.js'
import { type Damage, examine, isAuthentic } from './audit-damage.js'
import { AuditKeys } from './audit-keys.js'

export interface AuditProgress {
  readonly checked: number
  /** How many there are to check. */
  readonly total: number
}

export interface AuditVerdict {
  /** All is as it was written up to here. */
  readonly intact: ChainPoint
  /** Events that have no link yet; unknown where there is damage. */
  readonly waiting: number
  readonly damage: Damage | undefined
}

export interface AuditVerificationPiece extends AuditProgress {
  /** Of the last piece only. */
  readonly verdict?: AuditVerdict
}

/** What is known once it is clear where to begin. */
interface Walk {
  readonly keys: AuditKeys
  readonly end: ChainPoint
  /** How far all is intact. */
  intact: ChainPoint
}

const BATCH_MAX = 1000
const STRETCH_MAX = 20_000

/** Reads the audit log and its chain, and says whether anything was done to them. */
export class AuditVerification {
  #isRunning = false

  constructor(
    private readonly db: Db,
    private readonly sealer: Sealer,
  ) {}

  /**
   * Goes through the whole log, or on from a link that core has logged, to the first damage.
   * @param since `<position>:<link>`, or empty
   * @throws DomainError `invalid_argument`; `busy` while this core does the same for somebody else
   */
  async *verify(since: string): AsyncGenerator<AuditVerificationPiece> {
    if (this.#isRunning) throw new DomainError('busy')
    this.#isRunning = true
    try {
      const head = await auditChain.findHead(this.db)
      // After the head, so that the key of each link up to there is among them.
      const keys = await AuditKeys.load(this.db, this.sealer)
      const walk: Walk = { keys, end: head ?? CHAIN_BEGINNING, intact: CHAIN_BEGINNING }
      const damageAtBegin = await this.begin(walk, head, since)
      const begin = walk.intact.position
      const progress = () => ({
        checked: walk.intact.position - begin,
        total: Math.max(0, walk.end.position - begin),
      })
      let damage = damageAtBegin
      while (!damage && walk.intact.position < walk.end.position) {
        damage = await this.step(walk)
        yield progress()
      }
      const rest = damage ? { damage, waiting: 0 } : await this.lookBeside(walk)
      yield { ...progress(), verdict: { intact: walk.intact, damage: undefined, ...rest } }
    } finally {
      this.#isRunning = false
    }
  }

  /** Finds where to begin, and what is wrong with that and with the end. */
  private async begin(
    walk: Walk,
    head: auditChain.Head | undefined,
    since: string,
  ): Promise<Damage | undefined> {
    const { keys, end } = walk
    const cut = await auditCuts.findNewest(this.db)
    walk.intact = cut ?? CHAIN_BEGINNING
    if (cut && !isOurs(keys, cut, cutCode)) return { kind: 'removed', position: cut.position }
    const hasHead = head ? isOurs(keys, head, headCode) : keys.isEmpty
    if (!hasHead) return { kind: 'forged', position: end.position }
    if (since === '') return undefined
    const { position, link } = parseSince(since, walk.intact)
    if (position > end.position) return { kind: 'cut_off', position: end.position + 1 }
    const [row] = await auditChain.listLinks(this.db, { after: position - 1, upTo: position }, 1)
    const isThere = row?.position === position
    const found = position === walk.intact.position ? walk.intact.link : isThere && row.link
    if (!found) return { kind: 'removed', position }
    if (!found.equals(link)) return { kind: 'forged', position, eventId: row?.eventId }
    walk.intact = { position, link }
    return undefined
  }

  /** Goes some events on. */
  private async step(walk: Walk): Promise<Damage | undefined> {
    const { keys, end } = walk
    const range = { after: walk.intact.position, upTo: end.position }
    const rows = await auditChain.listLinks(this.db, range, BATCH_MAX)
    for (const row of rows) {
      const isNext = row.position === walk.intact.position + 1
      if (!isNext || !isAuthentic(keys, walk.intact, row)) {
        if (await this.hasSkippedDropped(walk)) return undefined
        return examine(this.db, keys, walk.intact, row, end)
      }
      walk.intact = { position: row.position, link: row.link }
    }
    const isThere = rows.length > 0 || (await this.hasSkippedDropped(walk))
    if (!isThere) return { kind: 'cut_off', position: walk.intact.position + 1 }
    const isAtEnd = walk.intact.position === end.position
    if (isAtEnd && !walk.intact.link.equals(end.link))
      return { kind: 'forged', position: end.position }
    return undefined
  }

  /** Whether what was to come next was dropped meanwhile; then it goes on after that. */
  private async hasSkippedDropped(walk: Walk): Promise<boolean> {
    const cut = await auditCuts.findNewest(this.db)
    const isLater = cut && cut.position > walk.intact.position && isOurs(walk.keys, cut, cutCode)
    if (isLater) walk.intact = cut
    return isLater ?? false
  }

  /** What no link covers, and links beyond the end. */
  private async lookBeside(walk: Walk): Promise<{ damage?: Damage; waiting: number }> {
    const last = await auditChain.findLastPosition(this.db)
    const head = await auditChain.findHead(this.db) // after that, for the chain grows meanwhile
    const end = Math.max(walk.end.position, head?.position ?? 0)
    if (last > end) return { damage: { kind: 'forged', position: last }, waiting: 0 }
    let waiting = 0
    let stretch: auditChain.Stretch
    for (let afterId: number | null = null; ; afterId = stretch.lastId) {
      stretch = await auditChain.countUnchained(this.db, afterId, STRETCH_MAX)
      if (stretch.foreignId !== null)
        return { damage: { kind: 'inserted', eventId: stretch.foreignId }, waiting }
      waiting += stretch.waiting
      if (stretch.lastId === null) return { waiting }
    }
  }
}

/** Whether core has made it. */
function isOurs(
  keys: AuditKeys,
  point: ChainPoint & { readonly code: Buffer },
  codeOf: (key: ChainKey, point: ChainPoint) => Buffer,
): boolean {
  return !keys.isEmpty && point.code.equals(codeOf(keys.at(point.position), point))
}

function parseSince(since: string, oldest: ChainPoint): ChainPoint {
  const point = parseChainPoint(since)
  if (point && point.position >= oldest.position) return point
  const message = point
    ? 'is older than all that is kept'
    : 'must be a position and a link as core logs them, POSITION:LINK'
  throw new DomainError('invalid_argument', `since_link: ${message}`, [
    { field: 'since_link', message },
  ])
}
