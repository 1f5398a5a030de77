import { expect, it } from '@jest/globals'
import pg from 'pg'
import { createTestDatabase } from '../src/test-database.js'

async function migrate(url: string): Promise<void> {
  await withClient(url, (client) => client.query('create table note (text text)'))
}

async function withClient<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return await use(client)
  } finally {
    await client.end()
  }
}

it('migrates once, however many tests ask at the same moment', async () => {
  let count = 0
  const migrateAndCount = async (url: string): Promise<void> => {
    count++
    await migrate(url)
  }
  const databases = await Promise.all(
    Array.from({ length: 6 }, () => createTestDatabase(migrateAndCount, 'counted')),
  )
  expect(count).toBe(1)
  expect(new Set(databases.map(({ url }) => url)).size).toBe(6)
  await Promise.all(databases.map((database) => database.drop()))
})

it('gives every test a database that no other test writes to', async () => {
  const [mine, yours] = [
    await createTestDatabase(migrate, 'note'),
    await createTestDatabase(migrate, 'note'),
  ]
  await withClient(mine.url, (client) => client.query(`insert into note values ('mine')`))
  const rows = await withClient(
    yours.url,
    async (client) => (await client.query('table note')).rows,
  )
  expect(rows).toEqual([])
  await mine.drop()
  await yours.drop()
})

it('makes the template anew after a migration that failed halfway', async () => {
  const failing = async (url: string): Promise<void> => {
    await migrate(url)
    throw new Error('no more')
  }
  await expect(createTestDatabase(failing, 'halfway')).rejects.toThrow('no more')
  await (await createTestDatabase(migrate, 'halfway')).drop()
})

it('drops a database that is still in use', async () => {
  const database = await createTestDatabase(migrate, 'note')
  const client = new pg.Client(database.url)
  await client.connect()
  const ended = new Promise((resolve) => client.on('error', resolve))
  await database.drop()
  expect(await ended).toBeInstanceOf(Error)
})
