import { sql } from 'kysely'
import { after } from '../domain/clock.js'
import { EXPIRY_NOTICE_MS, STREAM_SILENCE_MS } from '../domain/gateway.js'
import type { Db, Tx } from './database.js'
import { equalsFolded } from './folded.js'
import type { Page } from './page.js'
import type { Gateway } from './schema.js'

export type GatewayRow = Omit<
  Gateway,
  | 'keyId'
  | 'requestId'
  | 'expiryLoggedAt'
  | 'issuedBy'
  | 'isConnected'
  | 'followedAt'
  | 'outageSince'
> & {
  readonly locationName: string
  readonly issuedByName: string | null
  /** Since when a stream of it is open; null when none is. */
  readonly connectedAt: Date | null
}

function select(db: Db, now: Date) {
  return db
    .selectFrom('gateway')
    .innerJoin('location', 'location.id', 'gateway.locationId')
    .leftJoin('user', 'user.id', 'gateway.issuedBy')
    .select(['gateway.id', 'gateway.locationId', 'gateway.name', 'gateway.jti'])
    .select(['gateway.issuedAt', 'gateway.expiresAt', 'gateway.revokedAt', 'gateway.hostname'])
    .select(['gateway.displayName', 'gateway.version', 'gateway.system'])
    .select(['gateway.lastSeenAt', 'location.name as locationName'])
    .select('user.username as issuedByName')
    .select(({ selectFrom }) =>
      selectFrom('gatewayStream as stream')
        .select(({ fn }) => fn.min('stream.openedAt').as('openedAt'))
        .whereRef('stream.gatewayId', '=', 'gateway.id')
        .where('stream.lastSeenAt', '>', after(now, -STREAM_SILENCE_MS))
        .as('connectedAt'),
    )
}

export function find(db: Db, id: number, now: Date): Promise<GatewayRow | undefined> {
  return select(db, now).where('gateway.id', '=', id).executeTakeFirst()
}

export function findByRequestId(
  db: Db,
  requestId: string,
  now: Date,
): Promise<GatewayRow | undefined> {
  return select(db, now).where('gateway.requestId', '=', requestId).executeTakeFirst()
}

/** In the order of their ids; only those of one location, or all. */
export function list(
  db: Db,
  locationName: string | undefined,
  page: Page,
  now: Date,
): Promise<GatewayRow[]> {
  let query = select(db, now)
    .orderBy('gateway.id')
    .limit(page.size + 1)
  if (locationName !== undefined) query = query.where(equalsFolded('location.name', locationName))
  if (page.cursor !== undefined) query = query.where('gateway.id', '>', page.cursor)
  return query.execute()
}

/** A name that another gateway of the location has is a violation, until that one is revoked. */
export async function insert(
  tx: Tx,
  gateway: Pick<
    Gateway,
    'locationId' | 'name' | 'jti' | 'keyId' | 'issuedAt' | 'issuedBy' | 'expiresAt' | 'requestId'
  >,
): Promise<number> {
  const { id } = await tx
    .insertInto('gateway')
    .values(gateway)
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/** Notes which key the token is signed with from now on. */
export async function noteKey(tx: Tx, id: number, keyId: Buffer): Promise<void> {
  await tx.updateTable('gateway').set({ keyId }).where('id', '=', id).execute()
}

/** How many tokens that are good are signed under each key; null stands for one that is not known. */
export function countByKey(db: Db, now: Date): Promise<{ keyId: Buffer | null; count: number }[]> {
  return db
    .selectFrom('gateway')
    .select(({ fn }) => ['keyId', fn.countAll<number>().as('count')])
    .where('revokedAt', 'is', null)
    .where('expiresAt', '>', now)
    .groupBy('keyId')
    .execute()
}

export async function revoke(tx: Tx, id: number, now: Date): Promise<boolean> {
  const row = await tx
    .updateTable('gateway')
    .set({ revokedAt: now })
    .where('id', '=', id)
    .where('revokedAt', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Those of a location whose tokens are not revoked, with whether they are connected, by name. */
export function listUnrevoked(db: Db, locationId: number, now: Date): Promise<GatewayRow[]> {
  return select(db, now)
    .where('gateway.locationId', '=', locationId)
    .where('gateway.revokedAt', 'is', null)
    .orderBy(sql`folded(gateway.name)`)
    .execute()
}

/** Of these, those whose tokens have not expired either. */
export async function listGood(db: Db, locationId: number, now: Date): Promise<GatewayRow[]> {
  const rows = await listUnrevoked(db, locationId, now)
  return rows.filter(({ expiresAt }) => expiresAt > now)
}

/** Tokens that are about to expire and of which the log has not spoken for a day; from now on it has. */
export async function takeExpiring(
  db: Db,
  now: Date,
  silenceMs: number,
): Promise<{ name: string; locationName: string; expiresAt: Date }[]> {
  const { rows } = await sql<{ name: string; locationName: string; expiresAt: Date }>`
    update gateway set expiry_logged_at = ${now} from location
    where location.id = gateway.location_id and revoked_at is null
      and expires_at > ${now} and expires_at <= ${after(now, EXPIRY_NOTICE_MS)}
      and (expiry_logged_at is null or expiry_logged_at <= ${after(now, -silenceMs)})
    returning gateway.name, location.name as location_name, expires_at
  `.execute(db)
  return rows
}

/** What a gateway tells of itself with a call; what it leaves out stays as it was. */
export interface Told {
  readonly hostname: string | undefined
  readonly version: string | undefined
  readonly system: string | undefined
}

/** Notes a call with a token of a location, if it is good: then here is whose. */
export function noteCall(
  db: Db,
  token: { readonly jti: string; readonly locationId: number; readonly keyId: Buffer },
  told: Told,
  now: Date,
): Promise<Pick<Gateway, 'id' | 'name' | 'locationId' | 'followedAt'> | undefined> {
  return db
    .updateTable('gateway')
    .set({ lastSeenAt: now, keyId: token.keyId })
    .set(({ fn, val, ref }) => ({
      hostname: fn.coalesce(val(told.hostname ?? null), ref('hostname')),
      version: fn.coalesce(val(told.version ?? null), ref('version')),
      system: fn.coalesce(val(told.system ?? null), ref('system')),
    }))
    .where('jti', '=', token.jti)
    .where('locationId', '=', token.locationId)
    .where('revokedAt', 'is', null)
    .where('expiresAt', '>', now)
    .returning(['id', 'name', 'locationId', 'followedAt'])
    .executeTakeFirst()
}

/** Notes what a gateway calls itself, or that it does not. */
export async function noteDisplayName(
  db: Db,
  id: number,
  displayName: string | undefined,
): Promise<void> {
  await db
    .updateTable('gateway')
    .set({ displayName: displayName ?? null })
    .where('id', '=', id)
    .where('displayName', 'is distinct from', displayName ?? null)
    .execute()
}

/** Which of these gateways have tokens that are good. */
export async function goodOf(
  db: Db,
  ids: readonly number[],
  now: Date,
): Promise<ReadonlySet<number>> {
  if (ids.length === 0) return new Set()
  const rows = await db
    .selectFrom('gateway')
    .select('id')
    .where(({ eb, fn, val }) => eb('id', '=', fn.any(val([...ids]))))
    .where('revokedAt', 'is', null)
    .where('expiresAt', '>', now)
    .execute()
  return new Set(rows.map(({ id }) => id))
}
