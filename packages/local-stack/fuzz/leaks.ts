import { createReadStream, readdirSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import type { Findings } from './findings.ts'
import type { Secrets } from './secrets.ts'

const ROWS_AT_ONCE = 2_000

/** Every line of every log: no secret in it, no fault, and nothing that is no event. */
export async function searchLogs(
  folder: string,
  secrets: Secrets,
  findings: Findings,
): Promise<void> {
  for (const name of readdirSync(folder)) {
    for await (const line of linesOf(join(folder, name))) {
      const found = secrets.find(Buffer.from(line))
      for (const { what } of found) findings.add(`a line holds a ${what}`, name, line)
      const fault = faultIn(line)
      if (fault) findings.add(fault, name, line)
    }
  }
}

/** Not by `readline`, for which a line also ends at U+2028. */
async function* linesOf(path: string): AsyncGenerator<string> {
  let rest = ''
  for await (const piece of createReadStream(path, 'utf8')) {
    const lines = `${rest}${piece}`.split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
  if (rest !== '') yield rest
}

/** Why a line should not be there, whatever it holds. */
function faultIn(line: string): string | undefined {
  try {
    const { level, msg, err } = JSON.parse(line)
    return level === 'error' || level === 'fatal' ? `${level}: ${msg}, ${err?.message}` : undefined
  } catch {
    return `not an event: ${line.slice(0, 200)}`
  }
}

/** Every row of every table, the audit log among them, as PostgreSQL writes it in text. */
export async function searchDatabase(
  url: string,
  secrets: Secrets,
  findings: Findings,
): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    await client.query('begin read only')
    const { rows: tables } = await client.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables
       where schemaname not in ('pg_catalog', 'information_schema')`,
    )
    for (const { name } of tables) {
      await client.query(`declare every cursor for select t::text as row from ${name} t`)
      for (;;) {
        const { rows } = await client.query<{ row: string }>(`fetch ${ROWS_AT_ONCE} from every`)
        if (rows.length === 0) break
        const text = rows.map(({ row }) => row).join('\n')
        for (const { what } of secrets.find(Buffer.from(text))) {
          findings.add(`a row holds a ${what}`, name)
        }
      }
      await client.query('close every')
    }
  } finally {
    await client.end()
  }
}
