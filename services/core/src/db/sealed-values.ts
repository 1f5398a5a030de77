import { sql } from 'kysely'
import type { Db, Tx } from './database.js'

/** Where sealed values are. The names come from code alone. */
export interface SealedColumn {
  readonly table: string
  readonly column: string
  /** What tells its rows apart and orders them, a number. */
  readonly key: string
  /** The column that the values are bound to. */
  readonly owner: string
}

export interface SealedValue {
  readonly key: number
  readonly owner: string
  readonly sealed: Buffer
}

/** How many values there are under a key; each value begins with the id of its own. */
export interface KeyCount {
  readonly keyId: Buffer
  readonly count: number
}

export async function countByKey(db: Db, { table, column }: SealedColumn): Promise<KeyCount[]> {
  const value = sql.ref(column)
  const { rows } = await sql<KeyCount>`
    select substring(${value} from 1 for 4) as key_id, count(*) as count from ${sql.table(table)}
    where ${value} is not null group by 1`.execute(db)
  return rows
}

/** Some of the values that are not under this key, after a row, in order. */
export async function listUnderOthers(
  db: Db,
  { table, column, key, owner }: SealedColumn,
  keyId: Buffer,
  after: number,
  limit: number,
): Promise<SealedValue[]> {
  const value = sql.ref(column)
  const { rows } = await sql<SealedValue>`
    select (${sql.raw(key)})::bigint as key, ${sql.ref(owner)}::text as owner, ${value} as sealed
    from ${sql.table(table)}
    where ${sql.raw(key)} > ${after} and substring(${value} from 1 for 4) <> ${keyId}
    order by ${sql.raw(key)} limit ${limit}`.execute(db)
  return rows
}

/** Puts values in the place of others; what has changed meanwhile stays as it is. */
export async function replace(
  tx: Tx,
  { table, column, key }: SealedColumn,
  values: readonly (SealedValue & { readonly resealed: Buffer })[],
): Promise<number> {
  const value = sql.ref(column)
  const { numAffectedRows } = await sql`
    update ${sql.table(table)} set ${value} = fresh.resealed
    from unnest(${values.map((one) => one.key)}::bigint[], ${values.map((one) => one.sealed)}::bytea[],
      ${values.map((one) => one.resealed)}::bytea[]) as fresh (key, sealed, resealed)
    where (${sql.raw(key)}) = fresh.key and ${value} = fresh.sealed`.execute(tx)
  return Number(numAffectedRows ?? 0)
}

/** How many people have a password under each pepper. */
export async function countPasswords(db: Db): Promise<{ pepperId: string; count: number }[]> {
  const { rows } = await sql<{ pepperId: string; count: number }>`
    select split_part(password_hash, ':', 2) as pepper_id, count(*) as count from "user"
    where password_hash is not null group by 1`.execute(db)
  return rows
}

/** How many people have unused recovery codes under each key; those that name none begin with anything. */
export async function countRecoveryCodes(
  db: Db,
): Promise<{ keyId: Buffer | null; count: number }[]> {
  const { rows } = await sql<{ keyId: Buffer | null; count: number }>`
    select case when length(code_hash) = 36 then substring(code_hash from 1 for 4) end as key_id,
      count(distinct user_id) as count
    from recovery_code where used_at is null and user_id is not null group by 1`.execute(db)
  return rows
}
