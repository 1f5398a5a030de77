import type { Db } from '../db/database.js'
import * as enrollmentEvents from '../db/enrollment-events.js'
import {
  type EnrollmentEventKind,
  EVENT_OF_ACTION,
  type WatchedAction,
} from '../domain/enrollment-event.js'
import type { TokenKind } from '../domain/enrollment-token.js'
import { DomainError } from '../domain/errors.js'
import { Bell } from './bell.js'
import type { StreamCaller } from './caller.js'

export interface EnrollmentEvent {
  readonly id: number
  readonly at: Date
  readonly kind: EnrollmentEventKind
  readonly tokenId: number | undefined
  readonly tokenKind: TokenKind | undefined
  readonly username: string | undefined
  readonly actor: string | undefined
  readonly device: string | undefined
  readonly reason: string | undefined
  readonly ip: string | undefined
  /** What the mail is that it is about, and what went wrong with it. */
  readonly mailKind: string | undefined
  readonly mailError: string | undefined
}

/** An event, or a heartbeat without one; either way, where a reader can go on. */
export interface Sighting {
  readonly cursor: string
  readonly event?: EnrollmentEvent
}

const HEARTBEAT_MS = 15_000
/** A lost notification is made up for, and what an older transaction held back is read, within this time. */
const POLL_MS = 1_000
const BATCH_MAX = 200
const ACTIONS = Object.keys(EVENT_OF_ACTION)

/**
 * Following what happens to enrollments. Nothing is kept for anybody here: a reader has a position in
 * the audit log, and one who reads slowly, or not at all, holds up nobody but themselves.
 */
export class EnrollmentWatch {
  readonly #bell = new Bell()
  readonly #stopping = new AbortController()

  constructor(private readonly db: Db) {}

  /** There may be something new. */
  wake(): void {
    this.#bell.ring()
  }

  /** Lets all who are following go. */
  stop(): void {
    this.#stopping.abort()
  }

  /**
   * The events after a cursor, or from now on, each once, in the order of the transactions that wrote
   * them, until the caller goes away or core stops.
   * @throws DomainError `invalid_argument`; those of the session as soon as it is over
   */
  async *follow(cursor: string, caller: StreamCaller): AsyncGenerator<Sighting> {
    const signal = AbortSignal.any([caller.signal, this.#stopping.signal])
    let after = await this.begin(cursor)
    let beatAt = performance.now()
    while (!signal.aborted) {
      const nap = this.#bell.nap(POLL_MS, signal)
      const until = await enrollmentEvents.findHorizon(this.db)
      const rows = await enrollmentEvents.list(this.db, { after, until }, ACTIONS, BATCH_MAX)
      // Asked once it is read, so that who may not look any more sees nothing that happened after.
      await caller.readmit()
      if (performance.now() >= beatAt) {
        yield { cursor: encode(after) }
        beatAt = performance.now() + HEARTBEAT_MS
      }
      for (const row of rows) yield { cursor: encode(row), event: toEvent(row) }
      after = rows.length < BATCH_MAX ? until : (rows.at(-1) ?? until)
      if (rows.length < BATCH_MAX) await nap
    }
  }

  private async begin(cursor: string): Promise<enrollmentEvents.Position> {
    const horizon = await enrollmentEvents.findHorizon(this.db)
    const position = cursor === '' ? horizon : decode(cursor)
    // One from before the database was restored elsewhere may be ahead of all that will happen for long.
    const isAhead = position && BigInt(position.transactionId) > BigInt(horizon.transactionId)
    if (position && !isAhead) return position
    const message = 'is not one that this core gave'
    throw new DomainError('invalid_argument', `cursor: ${message}`, [{ field: 'cursor', message }])
  }
}

/** Opaque, so that nobody builds one: what it holds may change. */
function encode({ transactionId, id }: enrollmentEvents.Position): string {
  return Buffer.from(`event:${transactionId}:${id}`).toString('base64url')
}

function decode(cursor: string): enrollmentEvents.Position | undefined {
  const text = Buffer.from(cursor, 'base64url').toString()
  const [, transactionId, id] = /^event:(\d{1,18}):(\d{1,15})$/.exec(text) ?? []
  return transactionId && id ? { transactionId, id: Number(id) } : undefined
}

function toEvent(row: enrollmentEvents.EnrollmentEventRow): EnrollmentEvent {
  const isByPerson = row.actorKind === 'person'
  const aboutToken = row.objectKind === 'enrollment_token' ? row.objectName : null
  const aboutDevice = row.objectKind === 'device' ? row.objectName : null
  return {
    id: row.id,
    at: row.at,
    kind: EVENT_OF_ACTION[row.action as WatchedAction],
    tokenId: row.tokenId ?? undefined,
    tokenKind: row.tokenKind ?? undefined,
    // Rows go with their person, and the audit log remembers the name.
    username: row.username ?? (isByPerson ? row.actorName : aboutToken) ?? undefined,
    actor: row.actorName ?? undefined,
    device: aboutDevice ?? row.networkDevice ?? undefined,
    reason: row.reason ?? undefined,
    ip: row.ip ?? undefined,
    mailKind: (row.objectKind === 'mail' ? row.objectName : undefined) ?? undefined,
    mailError: row.mailError ?? undefined,
  }
}
