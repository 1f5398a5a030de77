import type { SecretHash } from '../domain/secret.js'
import type { Db, Tx } from './database.js'

/** Everything that decides what a session may do, in one row. */
function selectContext(db: Db, sessionHash: SecretHash) {
  return db
    .selectFrom('enrollmentSession')
    .innerJoin('enrollmentToken', 'enrollmentToken.id', 'enrollmentSession.enrollmentTokenId')
    .innerJoin('user', 'user.id', 'enrollmentToken.userId')
    .select([
      'enrollmentSession.id as sessionId',
      'enrollmentSession.endedAt',
      'enrollmentSession.activatedAt as sessionActivatedAt',
      'enrollmentToken.id as tokenId',
      'enrollmentToken.kind',
      'enrollmentToken.deviceId',
      'enrollmentToken.issuedBy',
      'enrollmentToken.sessionDeadline',
      'enrollmentToken.expiresAt',
      'enrollmentToken.revokedAt',
      'enrollmentToken.consumedAt',
    ])
    .select([
      'user.id as userId',
      'user.username',
      'user.email',
      'user.firstName',
      'user.lastName',
      'user.phone',
      'user.language',
      'user.isActive',
      'user.passwordHash',
    ])
    .where('sessionHash', '=', sessionHash)
}

export type SessionContext = NonNullable<Awaited<ReturnType<typeof find>>>

export function find(db: Db, sessionHash: SecretHash) {
  return selectContext(db, sessionHash).executeTakeFirst()
}

/** The same, with person, token and session held until the transaction ends. */
export function lock(tx: Tx, sessionHash: SecretHash) {
  return selectContext(tx, sessionHash)
    .forUpdate(['user', 'enrollmentToken', 'enrollmentSession'])
    .executeTakeFirst()
}

export async function isKnown(db: Db, sessionHash: SecretHash): Promise<boolean> {
  const row = await db
    .selectFrom('enrollmentSession')
    .select('id')
    .where('sessionHash', '=', sessionHash)
    .executeTakeFirst()
  return row !== undefined
}

export async function insert(
  tx: Tx,
  session: {
    enrollmentTokenId: number
    sessionHash: SecretHash
    createdAt: Date
    ip: string | null
    userAgent: string | null
  },
): Promise<number> {
  const row = await tx
    .insertInto('enrollmentSession')
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
    .updateTable('enrollmentSession')
    .set({ endedAt: now })
    .where('enrollmentTokenId', '=', tokenId)
    .where('endedAt', 'is', null)
    .where('id', 'not in', (eb) =>
      eb
        .selectFrom('enrollmentSession')
        .select('id')
        .where('enrollmentTokenId', '=', tokenId)
        .where('endedAt', 'is', null)
        .orderBy('id', 'desc')
        .limit(max),
    )
    .execute()
}

export async function endOfTokens(tx: Tx, tokenIds: readonly number[], now: Date): Promise<void> {
  if (tokenIds.length === 0) return
  await tx
    .updateTable('enrollmentSession')
    .set({ endedAt: now })
    .where('enrollmentTokenId', 'in', tokenIds)
    .where('endedAt', 'is', null)
    .execute()
}

export async function markActivated(tx: Tx, id: number, now: Date): Promise<void> {
  await tx.updateTable('enrollmentSession').set({ activatedAt: now }).where('id', '=', id).execute()
}
