import pg from 'pg'

/** Looks into a database, and does to it what no admin command does yet. */
export function openDatabase(url: string) {
  const pool = new pg.Pool({ connectionString: url, max: 1 })
  return {
    query: async (sql: string, values: unknown[] = []) => (await pool.query(sql, values)).rows,
    close: () => pool.end(),
  }
}
