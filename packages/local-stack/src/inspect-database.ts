import pg from 'pg'

/** A database as the stack meets it, before core touches it. */
export interface FoundDatabase {
  /** The same for as long as this very database exists, wherever it is reached. */
  readonly identity: string
  readonly isEmpty: boolean
}

/** @throws Error with a sentence when the database cannot be reached */
export async function inspectDatabase(url: string): Promise<FoundDatabase> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  try {
    await client.connect()
    const { rows } = await client.query<FoundDatabase>(
      `select (select system_identifier from pg_control_system()) || '/' || d.oid as identity,
              not exists (
                select from pg_class c join pg_namespace n on n.oid = c.relnamespace
                where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
                  and not exists (select from pg_depend where objid = c.oid and deptype = 'e')
              ) as "isEmpty"
       from pg_database d where d.datname = current_database()`,
    )
    return rows[0] as FoundDatabase
  } catch (err) {
    // The address is the operator's own; the password never is part of pg's messages.
    throw new Error(
      `The database cannot be used: ${err instanceof Error ? err.message || String(err) : err}. Check DATABASE_URL or the DEFGUARD_DB_ variables.`,
    )
  } finally {
    await client.end().catch(() => {})
  }
}
