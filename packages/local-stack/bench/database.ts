import pg from 'pg'

export async function createDatabase(serverUrl: string, name: string): Promise<string> {
  await run(serverUrl, `create database ${name}`)
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return url.href
}

/** People who have enrolled, `person1` and so on, with a device each. */
export async function addPeople(databaseUrl: string, count: number): Promise<void> {
  await run(
    databaseUrl,
    `with person as (
       insert into "user" (username, email, first_name, last_name, password_hash, created_at, updated_at, activated_at)
       select 'person' || i, 'person' || i || '@example.com', 'Jo', 'Doe', '-', now(), now(), now()
       from generate_series(1, ${count}) as i
       returning id
     )
     insert into device (user_id, name, public_key, created_at)
     select id, 'Laptop', encode(sha256(id::text::bytea), 'base64'), now() from person`,
  )
  await run(databaseUrl, 'analyze')
}

export async function run(databaseUrl: string, statement: string): Promise<readonly unknown[][]> {
  const client = new pg.Client(databaseUrl)
  await client.connect()
  try {
    return (await client.query({ text: statement, rowMode: 'array' })).rows
  } finally {
    await client.end()
  }
}
