import { sql } from 'kysely'
import { after } from '../domain/clock.js'
import type { Scope } from '../domain/scope.js'
import type { SecretHash } from '../domain/secret.js'
import type { Db, Tx } from './database.js'
import { equalsFolded } from './folded.js'
import type { Page } from './page.js'
import type { ApiToken } from './schema.js'

export type ApiTokenRow = Omit<ApiToken, 'tokenHash' | 'requestId'> & { readonly username: string }

function select(db: Db) {
  return db
    .selectFrom('apiToken')
    .innerJoin('user', 'user.id', 'apiToken.userId')
    .select(['apiToken.id', 'apiToken.userId', 'apiToken.name', 'apiToken.scopes'])
    .select(['apiToken.createdAt', 'apiToken.expiresAt', 'apiToken.revokedAt'])
    .select(['apiToken.lastUsedAt', 'apiToken.lastUsedIp', 'user.username'])
}

export function find(db: Db, id: number): Promise<ApiTokenRow | undefined> {
  return select(db).where('apiToken.id', '=', id).executeTakeFirst()
}

/** Whose token it is or was, whatever its state. */
export function findByHash(db: Db, tokenHash: SecretHash): Promise<ApiTokenRow | undefined> {
  return select(db).where('tokenHash', '=', tokenHash).executeTakeFirst()
}

export function findByRequestId(
  db: Db,
  userId: number,
  requestId: string,
): Promise<ApiTokenRow | undefined> {
  return select(db)
    .where('userId', '=', userId)
    .where('apiToken.requestId', '=', requestId)
    .executeTakeFirst()
}

/** In the order of their ids; only those of one person, or of everybody. */
export function list(
  db: Db,
  filter: { readonly userId?: number; readonly username?: string },
  page: Page,
): Promise<ApiTokenRow[]> {
  let query = select(db)
    .orderBy('apiToken.id')
    .limit(page.size + 1)
  if (filter.userId !== undefined) query = query.where('userId', '=', filter.userId)
  if (filter.username !== undefined) query = query.where(equalsFolded('username', filter.username))
  if (page.cursor !== undefined) query = query.where('apiToken.id', '>', page.cursor)
  return query.execute()
}

/** A name that another live token of the person has is a violation. */
export async function insert(
  tx: Tx,
  token: {
    userId: number
    name: string
    tokenHash: SecretHash
    scopes: Scope[]
    createdAt: Date
    expiresAt: Date
    requestId: string | null
  },
): Promise<number> {
  const { id } = await tx
    .insertInto('apiToken')
    .values(token)
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/** Gives a token another secret, as long as it works and nobody has used the one it has. */
export async function replaceUnused(
  tx: Tx,
  id: number,
  tokenHash: SecretHash,
  now: Date,
): Promise<boolean> {
  const row = await tx
    .updateTable('apiToken')
    .set({ tokenHash })
    .where('id', '=', id)
    .where('lastUsedAt', 'is', null)
    .where('revokedAt', 'is', null)
    .where('expiresAt', '>', now)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Whether a token was not revoked; if so, it is not until the transaction ends. */
export async function hold(db: Db, id: number): Promise<boolean> {
  const row = await db
    .selectFrom('apiToken')
    .select('id')
    .where('id', '=', id)
    .where('revokedAt', 'is', null)
    .forShare()
    .executeTakeFirst()
  return row !== undefined
}

const LAST_USE_MS = 3_600_000

/** Whether it is time to write down that a token is used. */
export function isLastUseDue({ lastUsedAt }: Pick<ApiToken, 'lastUsedAt'>, now: Date): boolean {
  return lastUsedAt === null || lastUsedAt <= after(now, -LAST_USE_MS)
}

/** Never waits: a call that holds the token is at work, and the next one can write as well. */
export async function recordUse(
  db: Db,
  id: number,
  ip: string | undefined,
  now: Date,
): Promise<void> {
  await sql`
    update api_token set last_used_at = ${now}, last_used_ip = ${ip ?? null}
    where id in (select id from api_token where id = ${id} for no key update skip locked)
  `.execute(db)
}

export async function revoke(tx: Tx, id: number, now: Date): Promise<boolean> {
  const row = await tx
    .updateTable('apiToken')
    .set({ revokedAt: now })
    .where('id', '=', id)
    .where('revokedAt', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

export function revokeOfUsers(
  tx: Tx,
  userIds: readonly number[],
  now: Date,
): Promise<{ id: number; name: string }[]> {
  return tx
    .updateTable('apiToken')
    .set({ revokedAt: now })
    .where('userId', 'in', userIds)
    .where('revokedAt', 'is', null)
    .returning(['id', 'name'])
    .execute()
}

export async function deleteDead(db: Db, before: Date): Promise<void> {
  await db
    .deleteFrom('apiToken')
    .where((eb) => eb.or([eb('expiresAt', '<', before), eb('revokedAt', '<', before)]))
    .execute()
}
