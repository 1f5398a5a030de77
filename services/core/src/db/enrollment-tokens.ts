import { sql } from 'kysely'
import type { TokenKind } from '../domain/enrollment-token.js'
import type { SecretHash } from '../domain/secret.js'
import type { Db, Tx } from './database.js'

/**
 * Whoever is no admin cannot let anybody in who has a role, also not with a token issued before that
 * person got it.
 */
const isIssuerStrongEnough = sql<boolean>`(
  not exists (
    select from user_group member join "group" g on g.id = member.group_id
    where member.user_id = enrollment_token.user_id and g.role <> 'none')
  or exists (
    select from user_group member join "group" g on g.id = member.group_id
    where member.user_id = enrollment_token.issued_by and g.role = 'admin'))`

/**
 * Opens the window of a fresh token or joins the one that runs: the first deadline wins and never
 * moves. Nothing is opened for a disabled person, but for a network device, which is nobody's.
 */
export function start(tx: Tx, tokenHash: SecretHash, now: Date, deadline: Date, startsMax: number) {
  return tx
    .updateTable('enrollmentToken')
    .set(({ eb, fn, val }) => ({
      startCount: eb('startCount', '+', 1),
      startedAt: fn.coalesce('startedAt', val(now)),
      sessionDeadline: fn.coalesce('sessionDeadline', val(deadline)),
    }))
    .where('tokenHash', '=', tokenHash)
    .where('revokedAt', 'is', null)
    .where('startCount', '<', startsMax)
    .where(({ eb, fn }) => eb(fn.coalesce('sessionDeadline', 'expiresAt'), '>', now))
    .where(isIssuerStrongEnough)
    .where(({ or, eb, exists, selectFrom }) =>
      or([
        eb('kind', '=', 'network_device'),
        exists(
          selectFrom('user')
            .select('user.id')
            .whereRef('user.id', '=', 'enrollmentToken.userId')
            .where('user.isActive', '=', true),
        ),
      ]),
    )
    .returning(['id', 'kind', 'userId', 'issuedBy', 'sessionDeadline'])
    .$narrowType<{ sessionDeadline: Date }>()
    .executeTakeFirst()
}

/** The token of a hash with what decides about it; explains, after a guard let nothing through. */
export function findWithUser(db: Db, tokenHash: SecretHash) {
  return db
    .selectFrom('enrollmentToken')
    .innerJoin('user', 'user.id', 'enrollmentToken.userId')
    .selectAll('enrollmentToken')
    .select(['user.isActive', 'user.username'])
    .where('tokenHash', '=', tokenHash)
    .executeTakeFirst()
}

/** Spends a running token on its one activation; undefined when another call was first. */
export function consume(tx: Tx, id: number, now: Date): Promise<{ id: number } | undefined> {
  return tx
    .updateTable('enrollmentToken')
    .set({ consumedAt: now })
    .where('id', '=', id)
    .where('kind', '=', 'enrollment')
    .where('consumedAt', 'is', null)
    .where('revokedAt', 'is', null)
    .where('sessionDeadline', '>', now)
    .where(isIssuerStrongEnough)
    .returning('id')
    .executeTakeFirst()
}

/** Counts one more device made with a running token; undefined when it may make no more. */
export function countDevice(tx: Tx, id: number, devicesMax: number, now: Date) {
  return tx
    .updateTable('enrollmentToken')
    .set((eb) => ({ deviceCount: eb('deviceCount', '+', 1) }))
    .where('id', '=', id)
    .where('deviceCount', '<', devicesMax)
    .where('revokedAt', 'is', null)
    .where('sessionDeadline', '>', now)
    .returning('deviceCount')
    .executeTakeFirst()
}

/** Counts one more note from a running token; undefined when it has sent all it may. */
export function countNote(tx: Tx, id: number, notesMax: number, now: Date) {
  return tx
    .updateTable('enrollmentToken')
    .set((eb) => ({ noteCount: eb('noteCount', '+', 1) }))
    .where('id', '=', id)
    .where('noteCount', '<', notesMax)
    .where('revokedAt', 'is', null)
    .where('sessionDeadline', '>', now)
    .returning('noteCount')
    .executeTakeFirst()
}

/**
 * Counts a request for another link by who holds a dead one; undefined for a link that works, is dead
 * for too long or has asked enough, and for a person whom none could help.
 */
export function countLinkRequest(
  tx: Tx,
  tokenHash: SecretHash,
  now: Date,
  limits: { max: number; lastBefore: Date; diedAfter: Date },
) {
  const diedAt = sql<Date>`least(revoked_at, coalesce(session_deadline, expires_at))`
  return tx
    .updateTable('enrollmentToken')
    .set((eb) => ({ linkRequestCount: eb('linkRequestCount', '+', 1), linkRequestedAt: now }))
    .where('tokenHash', '=', tokenHash)
    .where('linkRequestCount', '<', limits.max)
    .where((eb) =>
      eb.or([eb('linkRequestedAt', 'is', null), eb('linkRequestedAt', '<=', limits.lastBefore)]),
    )
    .where((eb) => eb.and([eb(diedAt, '<=', now), eb(diedAt, '>', limits.diedAfter)]))
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('user')
          .select('user.id')
          .whereRef('user.id', '=', 'enrollmentToken.userId')
          .where('user.isActive', '=', true)
          .where(sql<boolean>`(password_hash is null) = (kind = 'enrollment')`),
      ),
    )
    .returning(['id', 'userId', 'issuedBy'])
    .executeTakeFirst()
}

/** When a token of this kind was last mailed to a person, if that was after `since`. */
export async function findMailedSince(
  tx: Tx,
  userId: number,
  kind: TokenKind,
  since: Date,
): Promise<Date | undefined> {
  const row = await tx
    .selectFrom('enrollmentToken')
    .select('issuedAt')
    .where('userId', '=', userId)
    .where('kind', '=', kind)
    .where('sentTo', 'is not', null)
    .where('issuedAt', '>', since)
    .orderBy('issuedAt', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.issuedAt
}

/** Holds all tokens of a network device. */
export async function lockOfDevice(tx: Tx, deviceId: number): Promise<void> {
  await tx
    .selectFrom('enrollmentToken')
    .select('id')
    .where('deviceId', '=', deviceId)
    .orderBy('id')
    .forUpdate()
    .execute()
}

export async function insert(
  tx: Tx,
  token: {
    kind: TokenKind
    tokenHash: SecretHash
    userId: number
    issuedBy: number
    sentTo: string | null
    issuedAt: Date
    expiresAt: Date
    deviceId: number | null
  },
): Promise<number> {
  const row = await tx
    .insertInto('enrollmentToken')
    .values(token)
    .returning('id')
    .executeTakeFirstOrThrow()
  return row.id
}
