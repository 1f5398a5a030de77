import type { LinkRow } from '../db/audit-chain.js'
import * as auditChain from '../db/audit-chain.js'
import type { Db } from '../db/database.js'
import { type ChainPoint, nextLink } from '../domain/audit-chain.js'
import { fieldsOf } from './audit-chain.js'
import type { AuditKeys } from './audit-keys.js'

/** What was done to the audit log. */
export type DamageKind =
  /** An event is not what it was. */
  | 'edited'
  /** One or more events are gone. */
  | 'removed'
  /** An event was put there by somebody else than core. */
  | 'inserted'
  /** Events have changed places. */
  | 'reordered'
  /** The newest events are gone. */
  | 'cut_off'
  /** A link was not made by core, whatever its event is. */
  | 'forged'

export interface Damage {
  readonly kind: DamageKind
  /** Of the first event that is concerned, where that is known. */
  readonly eventId?: number | undefined
  /** In the chain, for an event that is or was a part of it. */
  readonly position?: number
}

const BATCH_MAX = 1000

export function isAuthentic(keys: AuditKeys, before: ChainPoint, row: LinkRow): boolean {
  return row.event !== undefined && linkOf(keys, before, row.event).equals(row.link)
}

/** What was done where a row is not the one that comes after `before`. */
export async function examine(
  db: Db,
  keys: AuditKeys,
  before: ChainPoint,
  row: LinkRow,
  end: ChainPoint,
): Promise<Damage> {
  const position = before.position + 1
  if (row.position !== position) return { kind: 'removed', position }
  const { eventId, event, link } = row
  if (!event) return { kind: 'removed', position, eventId }
  if (await isElsewhere(db, keys, before, row, end)) return { kind: 'reordered', position, eventId }
  const isBuiltUpon = await isBeginningOfRest(db, keys, { position, link }, end)
  return { kind: isBuiltUpon ? 'edited' : 'forged', position, eventId }
}

/** Whether what belongs here stands further on: an event, its contents under another id, or its link. */
async function isElsewhere(
  db: Db,
  keys: AuditKeys,
  before: ChainPoint,
  row: LinkRow,
  { position: upTo }: ChainPoint,
): Promise<boolean> {
  const here = row.event && linkOf(keys, before, row.event)
  let rows: LinkRow[]
  let after = row.position
  do {
    rows = await auditChain.listLinks(db, { after, upTo }, BATCH_MAX)
    after = rows.at(-1)?.position ?? upTo
    const isHere = rows.some(({ event, link }) => {
      if (here?.equals(link)) return true
      if (!event) return false
      const own = linkOf(keys, before, event)
      const exchanged = linkOf(keys, before, { ...event, id: String(row.eventId) })
      return own.equals(row.link) || own.equals(link) || exchanged.equals(row.link)
    })
    if (isHere) return true
  } while (rows.length === BATCH_MAX)
  return false
}

/** Whether core has gone on from this link, thus has made it. */
async function isBeginningOfRest(db: Db, keys: AuditKeys, point: ChainPoint, end: ChainPoint) {
  if (point.position === end.position) return point.link.equals(end.link)
  const range = { after: point.position, upTo: point.position + 1 }
  const [next] = await auditChain.listLinks(db, range, 1)
  return next !== undefined && isAuthentic(keys, point, next)
}

function linkOf(keys: AuditKeys, before: ChainPoint, event: auditChain.ChainedRow): Buffer {
  return nextLink(keys.at(before.position + 1), before, fieldsOf(event))
}
