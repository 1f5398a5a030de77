import { sql } from 'kysely'
import type { SecretHash } from '../domain/secret.js'
import type { Db, Tx } from './database.js'

export async function insert(
  tx: Tx,
  token: { tokenHash: SecretHash; userId: number; issuedAt: Date; expiresAt: Date },
): Promise<number> {
  const row = await tx
    .insertInto('passwordResetToken')
    .values(token)
    .returning('id')
    .executeTakeFirstOrThrow()
  return row.id
}

/** When a person was issued tokens since `since`. The caller holds the person's row. */
export async function issuedSince(tx: Tx, userId: number, since: Date): Promise<Date[]> {
  const rows = await tx
    .selectFrom('passwordResetToken')
    .select('issuedAt')
    .where('userId', '=', userId)
    .where('issuedAt', '>', since)
    .execute()
  return rows.map((row) => row.issuedAt)
}

/**
 * Opens the window of a fresh token or joins the one that runs: the first deadline wins and never
 * moves. Nothing is opened for a person who is disabled or not enrolled, or once the token was used.
 */
export function start(tx: Tx, tokenHash: SecretHash, now: Date, deadline: Date, startsMax: number) {
  return tx
    .updateTable('passwordResetToken')
    .set(({ eb, fn, val }) => ({
      startCount: eb('startCount', '+', 1),
      startedAt: fn.coalesce('startedAt', val(now)),
      sessionDeadline: fn.coalesce('sessionDeadline', val(deadline)),
    }))
    .where('tokenHash', '=', tokenHash)
    .where('consumedAt', 'is', null)
    .where('revokedAt', 'is', null)
    .where('startCount', '<', startsMax)
    .where(({ eb, fn }) => eb(fn.coalesce('sessionDeadline', 'expiresAt'), '>', now))
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('user')
          .select('user.id')
          .whereRef('user.id', '=', 'passwordResetToken.userId')
          .where('user.isActive', '=', true)
          .where('user.passwordHash', 'is not', null),
      ),
    )
    .returning(['id', 'userId', 'sessionDeadline'])
    .returning((eb) =>
      eb
        .selectFrom('user')
        .select('username')
        .whereRef('user.id', '=', 'passwordResetToken.userId')
        .as('username'),
    )
    .$narrowType<{ sessionDeadline: Date; username: string }>()
    .executeTakeFirst()
}

/** The token of a hash with what decides about it; explains, after a guard let nothing through. */
export function findWithUser(db: Db, tokenHash: SecretHash) {
  return db
    .selectFrom('passwordResetToken')
    .innerJoin('user', 'user.id', 'passwordResetToken.userId')
    .selectAll('passwordResetToken')
    .select(['user.isActive', 'user.username', 'user.passwordHash'])
    .where('tokenHash', '=', tokenHash)
    .executeTakeFirst()
}

/** Spends a running token on its one new password; undefined when another call was first. */
export function consume(tx: Tx, id: number, now: Date): Promise<{ id: number } | undefined> {
  return tx
    .updateTable('passwordResetToken')
    .set({ consumedAt: now })
    .where('id', '=', id)
    .where('consumedAt', 'is', null)
    .where('revokedAt', 'is', null)
    .where('sessionDeadline', '>', now)
    .returning('id')
    .executeTakeFirst()
}

/** Revokes what is neither consumed nor revoked of a person's tokens; their ids. */
export async function revokeOpen(tx: Tx, userId: number, now: Date): Promise<number[]> {
  const rows = await tx
    .updateTable('passwordResetToken')
    .set({ revokedAt: now })
    .where('userId', '=', userId)
    .where('consumedAt', 'is', null)
    .where('revokedAt', 'is', null)
    .returning('id')
    .execute()
  return rows.map((row) => row.id)
}

/** Forgets tokens that died before `before`; until then a dead link can say why. */
export async function deleteDead(db: Db, before: Date): Promise<void> {
  await db
    .deleteFrom('passwordResetToken')
    .where((eb) =>
      eb(sql<Date>`least(revoked_at, coalesce(session_deadline, expires_at))`, '<', before),
    )
    .execute()
}
