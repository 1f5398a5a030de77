import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'

/** What each secret is for, and its text, or its bytes where the text is only one spelling of them. */
export type Secrets = Readonly<Record<string, string | Buffer>>

/** The spellings in which a secret could lie somewhere, by name. */
export function formsOf(secret: string | Buffer): Record<string, string> {
  const bytes = Buffer.from(secret as string)
  const forms: Record<string, string> = {
    hex: bytes.toString('hex'),
    'upper-case hex': bytes.toString('hex').toUpperCase(),
    'base64, byte 0': base64Within(bytes, 0),
    // Inside of a longer text that was encoded as a whole.
    'base64, byte 1': base64Within(bytes, 1),
    'base64, byte 2': base64Within(bytes, 2),
  }
  for (const [name, form] of Object.entries(forms)) {
    if (name.startsWith('base64')) {
      forms[name.replace('base64', 'base64url')] = form.replaceAll('+', '-').replaceAll('/', '_')
    }
  }
  if (typeof secret !== 'string') return forms
  return {
    ...forms,
    plain: secret,
    'URL-encoded': encodeURIComponent(secret),
    'form-encoded': new URLSearchParams({ '': secret }).toString().slice(1),
    'in JSON': JSON.stringify(secret).slice(1, -1),
  }
}

/** Names every secret in the text with its form; never the secret itself. */
export function findSecrets(text: string, secrets: Secrets): string[] {
  return Object.entries(secrets).flatMap(([what, secret]) =>
    Object.entries(formsOf(secret)).flatMap(([form, spelling]) =>
      text.includes(spelling) ? [`${what} (${form})`] : [],
    ),
  )
}

/** Searches every file of a folder. */
export function findSecretsInLogs(folder: string, secrets: Secrets): string[] {
  return readdirSync(folder).flatMap((name) => {
    const text = readFileSync(join(folder, name), 'utf8')
    return findSecrets(text, secrets).map((found) => `${name}: ${found}`)
  })
}

/** Searches every row of every table, as PostgreSQL writes it in text. */
export async function findSecretsInDatabase(url: string, secrets: Secrets): Promise<string[]> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables
       where schemaname not in ('pg_catalog', 'information_schema')`,
    )
    const found: string[] = []
    for (const { name } of tables) {
      const { rows } = await client.query<{ row: string }>(`select t::text as row from ${name} t`)
      const text = rows.map(({ row }) => row).join('\n')
      found.push(...findSecrets(text, secrets).map((what) => `${name}: ${what}`))
    }
    return found
  } finally {
    await client.end()
  }
}

/** The part of the base64 text that only these bytes decide when `offset` others stand before them. */
function base64Within(bytes: Buffer, offset: 0 | 1 | 2): string {
  const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64')
  const whole = Math.floor(((offset + bytes.length) * 8) / 6)
  return text.slice(Math.ceil((offset * 8) / 6), whole)
}
