import type { SecretHash } from '../domain/secret.js'
import type { Db, Tx } from './database.js'

/** Everything that decides what a session may do, in one row. */
export function find(db: Db, sessionHash: SecretHash) {
  return db
    .selectFrom('passwordResetSession')
    .innerJoin(
      'passwordResetToken',
      'passwordResetToken.id',
      'passwordResetSession.passwordResetTokenId',
    )
    .innerJoin('user', 'user.id', 'passwordResetToken.userId')
    .select([
      'passwordResetSession.id as sessionId',
      'passwordResetSession.endedAt',
      'passwordResetSession.resetAt',
      'passwordResetToken.id as tokenId',
      'passwordResetToken.sessionDeadline',
      'passwordResetToken.expiresAt',
      'passwordResetToken.revokedAt',
      'passwordResetToken.consumedAt',
    ])
    .select([
      'user.id as userId',
      'user.username',
      'user.email',
      'user.firstName',
      'user.lastName',
      'user.isActive',
      'user.passwordHash',
    ])
    .where('sessionHash', '=', sessionHash)
    .executeTakeFirst()
}

export type ResetSessionContext = NonNullable<Awaited<ReturnType<typeof find>>>

export async function insert(
  tx: Tx,
  session: { passwordResetTokenId: number; sessionHash: SecretHash; createdAt: Date },
): Promise<number> {
  const row = await tx
    .insertInto('passwordResetSession')
    .values(session)
    .returning('id')
    .executeTakeFirstOrThrow()
  return row.id
}

/** Ends the oldest sessions of a token, so that `max` are left. The caller holds the token's row. */
export async function endAllButNewest(
  tx: Tx,
  tokenId: number,
  max: number,
  now: Date,
): Promise<void> {
  await tx
    .updateTable('passwordResetSession')
    .set({ endedAt: now })
    .where('passwordResetTokenId', '=', tokenId)
    .where('endedAt', 'is', null)
    .where('id', 'not in', (eb) =>
      eb
        .selectFrom('passwordResetSession')
        .select('id')
        .where('passwordResetTokenId', '=', tokenId)
        .where('endedAt', 'is', null)
        .orderBy('id', 'desc')
        .limit(max),
    )
    .execute()
}

/** Notes that a live session has set the password; undefined when it has ended meanwhile. */
export function markReset(tx: Tx, id: number, now: Date): Promise<{ id: number } | undefined> {
  return tx
    .updateTable('passwordResetSession')
    .set({ resetAt: now })
    .where('id', '=', id)
    .where('endedAt', 'is', null)
    .returning('id')
    .executeTakeFirst()
}
