import { sql } from 'kysely'
import type { TokenKind } from '../domain/enrollment-token.js'
import type { Db, Tx } from './database.js'
import type { EnrollmentToken } from './schema.js'

/** Revokes what is neither consumed nor revoked of a person's tokens of one kind; their ids. */
export async function revokeOpen(
  tx: Tx,
  userId: number,
  kind: TokenKind,
  now: Date,
): Promise<number[]> {
  const rows = await tx
    .updateTable('enrollmentToken')
    .set({ revokedAt: now })
    .where('userId', '=', userId)
    .where('kind', '=', kind)
    .where('consumedAt', 'is', null)
    .where('revokedAt', 'is', null)
    .returning('id')
    .execute()
  return rows.map((row) => row.id)
}

/** The same for the tokens of one network device. */
export async function revokeOpenOfDevice(tx: Tx, deviceId: number, now: Date): Promise<number[]> {
  const rows = await tx
    .updateTable('enrollmentToken')
    .set({ revokedAt: now })
    .where('deviceId', '=', deviceId)
    .where('revokedAt', 'is', null)
    .returning('id')
    .execute()
  return rows.map((row) => row.id)
}

/** Revokes a person's own tokens that nobody has started; a network device's is not a person's. */
export async function revokeUnstarted(tx: Tx, userId: number, now: Date): Promise<number[]> {
  const rows = await tx
    .updateTable('enrollmentToken')
    .set({ revokedAt: now })
    .where('userId', '=', userId)
    .where('kind', '!=', 'network_device')
    .where('startedAt', 'is', null)
    .where('revokedAt', 'is', null)
    .returning('id')
    .execute()
  return rows.map((row) => row.id)
}

/**
 * The tokens that somebody issued to others, or for network devices, and that are still good for
 * something, by id.
 */
export function findLiveIssuedBy(
  db: Db,
  issuerId: number,
  now: Date,
): Promise<Pick<EnrollmentToken, 'id' | 'kind' | 'userId'>[]> {
  return db
    .selectFrom('enrollmentToken')
    .select(['id', 'kind', 'userId'])
    .where('issuedBy', '=', issuerId)
    .where((eb) => eb.or([eb('userId', '!=', issuerId), eb('kind', '=', 'network_device')]))
    .where('consumedAt', 'is', null)
    .where('revokedAt', 'is', null)
    .where(({ eb, fn }) => eb(fn.coalesce('sessionDeadline', 'expiresAt'), '>', now))
    .orderBy('id')
    .execute()
}

/** Withdraws those of the tokens that are still good for something; their ids. */
export async function revokeAll(tx: Tx, ids: readonly number[], now: Date): Promise<number[]> {
  const rows = await tx
    .updateTable('enrollmentToken')
    .set({ revokedAt: now })
    .where(sql<boolean>`id = any (${ids}::bigint[])`)
    .where('consumedAt', 'is', null)
    .where('revokedAt', 'is', null)
    .returning('id')
    .execute()
  return rows.map((row) => row.id)
}

/** Makes tokens those of another issuer. */
export async function passOn(tx: Tx, ids: readonly number[], issuerId: number): Promise<void> {
  await tx
    .updateTable('enrollmentToken')
    .set({ issuedBy: issuerId })
    .where(sql<boolean>`id = any (${ids}::bigint[])`)
    .execute()
}

/** Puts the tokens of network devices under another account: they outlive the one they were under. */
export async function moveDeviceTokens(tx: Tx, fromId: number, toId: number): Promise<void> {
  await tx
    .updateTable('enrollmentToken')
    .set({ userId: toId })
    .where('userId', '=', fromId)
    .where('kind', '=', 'network_device')
    .execute()
}

/** Withdraws one token; undefined when it is over, consumed or revoked already. */
export function revoke(tx: Tx, id: number, now: Date): Promise<{ id: number } | undefined> {
  return tx
    .updateTable('enrollmentToken')
    .set({ revokedAt: now })
    .where('id', '=', id)
    .where('consumedAt', 'is', null)
    .where('revokedAt', 'is', null)
    .where(({ eb, fn }) => eb(fn.coalesce('sessionDeadline', 'expiresAt'), '>', now))
    .returning('id')
    .executeTakeFirst()
}

/** Tokens whose time ran out before their person enrolled, and that have devices waiting, by person. */
export function findLapsedWithDevices(
  db: Db,
  now: Date,
  limit: number,
): Promise<{ userId: number; tokenIds: number[] }[]> {
  return db
    .selectFrom('enrollmentToken')
    .innerJoin('user', 'user.id', 'enrollmentToken.userId')
    .innerJoin('device', 'device.enrollmentTokenId', 'enrollmentToken.id')
    .select([
      'enrollmentToken.userId',
      sql<number[]>`jsonb_agg(distinct enrollment_token.id)`.as('tokenIds'),
    ])
    .where('user.passwordHash', 'is', null)
    .where('enrollmentToken.sessionDeadline', '<=', now)
    .groupBy('enrollmentToken.userId')
    .orderBy('enrollmentToken.userId')
    .limit(limit)
    .execute()
}

/**
 * Marks tokens that time ended before `before`, and that nobody had revoked or used up, as recorded;
 * each is given to one caller. The name is that of the person, or of the network device.
 */
export async function takeEnded(tx: Tx, before: Date, limit: number) {
  const { rows } = await sql<{
    id: number
    name: string
    wasStarted: boolean
  }>`
    update enrollment_token t set end_recorded = true
    from "user" u
    where u.id = t.user_id and t.id in (
      select id from enrollment_token
      where coalesce(session_deadline, expires_at) <= ${before}
        and not end_recorded and revoked_at is null and consumed_at is null
      order by coalesce(session_deadline, expires_at), id limit ${limit} for update skip locked
    )
    returning t.id, t.session_deadline is not null as was_started,
      coalesce((select d.name from device d where d.id = t.device_id), u.username) as name
  `.execute(tx)
  return rows
}

/** Forgets tokens that died before `before`; until then a dead link can say why. */
export async function deleteDead(db: Db, before: Date): Promise<void> {
  await db
    .deleteFrom('enrollmentToken')
    .where((eb) =>
      eb(sql<Date>`least(revoked_at, coalesce(session_deadline, expires_at))`, '<', before),
    )
    .execute()
}
