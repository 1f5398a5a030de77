import { sql } from 'kysely'
import type { TokenKind, TokenState } from '../domain/enrollment-token.js'
import type { SecretHash } from '../domain/secret.js'
import type { Db, Tx } from './database.js'
import { equalsFolded } from './folded.js'
import type { Page } from './page.js'
import type { EnrollmentToken, MailState } from './schema.js'

export interface TokenListEntry extends EnrollmentToken {
  readonly username: string
  readonly issuerUsername: string | null
  readonly mailState: MailState | null
}

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
export function start(tx: Tx, tokenHash: SecretHash, now: Date, deadline: Date) {
  return tx
    .updateTable('enrollmentToken')
    .set(({ fn, val }) => ({
      startedAt: fn.coalesce('startedAt', val(now)),
      sessionDeadline: fn.coalesce('sessionDeadline', val(deadline)),
    }))
    .where('tokenHash', '=', tokenHash)
    .where('revokedAt', 'is', null)
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

export function findById(db: Db, id: number): Promise<TokenListEntry | undefined> {
  return selectEntries(db).where('enrollmentToken.id', '=', id).executeTakeFirst()
}

export function findNewestOf(db: Db, username: string): Promise<TokenListEntry | undefined> {
  return selectEntries(db)
    .where(equalsFolded('person.username', username))
    .orderBy('enrollmentToken.id', 'desc')
    .limit(1)
    .executeTakeFirst()
}

export function findByIds(db: Db, ids: readonly number[]): Promise<TokenListEntry[]> {
  return selectEntries(db)
    .where(sql<boolean>`enrollment_token.id = any (${ids}::bigint[])`)
    .orderBy('enrollmentToken.id')
    .execute()
}

/** The newest invitation of each of these people. */
export function findInvitationsOf(db: Db, userIds: readonly number[]): Promise<TokenListEntry[]> {
  return selectEntries(db)
    .distinctOn('enrollmentToken.userId')
    .where('enrollmentToken.kind', '=', 'enrollment')
    .where(sql<boolean>`enrollment_token.user_id = any (${userIds}::bigint[])`)
    .orderBy('enrollmentToken.userId')
    .orderBy('enrollmentToken.id', 'desc')
    .execute()
}

/** Newest first. */
export function list(
  db: Db,
  filter: { state: TokenState | undefined; kind: TokenKind | undefined; username: string },
  page: Page,
  now: Date,
): Promise<TokenListEntry[]> {
  let query = selectEntries(db)
    .orderBy('enrollmentToken.id', 'desc')
    .limit(page.size + 1)
  if (page.cursor !== undefined) query = query.where('enrollmentToken.id', '<', page.cursor)
  if (filter.kind) query = query.where('kind', '=', filter.kind)
  if (filter.username) query = query.where(equalsFolded('person.username', filter.username))
  if (filter.state) query = query.where(whereState(filter.state, now))
  return query.execute()
}

/** The states of domain/enrollment-token.ts as conditions, for the filter of a list. */
function whereState(state: TokenState, now: Date) {
  const conditions: Record<TokenState, ReturnType<typeof sql<boolean>>> = {
    revoked: sql<boolean>`revoked_at is not null`,
    open: sql<boolean>`revoked_at is null and session_deadline is null and expires_at > ${now}`,
    expired: sql<boolean>`revoked_at is null and session_deadline is null and expires_at <= ${now}`,
    activated: sql<boolean>`revoked_at is null and consumed_at is not null`,
    in_progress: sql<boolean>`revoked_at is null and consumed_at is null and session_deadline > ${now}`,
    over: sql<boolean>`revoked_at is null and consumed_at is null and session_deadline <= ${now}`,
  }
  return conditions[state]
}

function selectEntries(db: Db) {
  return db
    .selectFrom('enrollmentToken')
    .innerJoin('user as person', 'person.id', 'enrollmentToken.userId')
    .leftJoin('user as issuer', 'issuer.id', 'enrollmentToken.issuedBy')
    .selectAll('enrollmentToken')
    .select(['person.username', 'issuer.username as issuerUsername'])
    .select((eb) =>
      eb
        .selectFrom('mail')
        .select('mail.state')
        .whereRef('mail.enrollmentTokenId', '=', 'enrollmentToken.id')
        .orderBy('mail.id', 'desc')
        .limit(1)
        .as('mailState'),
    )
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
