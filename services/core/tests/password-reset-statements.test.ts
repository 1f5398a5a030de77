import { afterAll, beforeAll, expect, it, jest } from '@jest/globals'
import pg from 'pg'
import {
  createTestDatabase,
  type TestDatabase,
} from '../../../packages/local-stack/src/test-database.js'
import { CallLimits } from '../src/app/call-limits.js'
import { PasswordReset } from '../src/app/password-reset.js'
import { openDatabase } from '../src/db/database.js'
import { migrate } from '../src/db/migrate.js'
import { query } from './_database.js'
import { LIMITS } from './_limits.js'

// No core runs here, so that every statement that is seen is one of the call.
let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase(migrate)
  await query(
    database.url,
    `insert into "user" (username, email, first_name, last_name, is_active, password_hash, created_at, updated_at)
     select name, name || '@example.com', 'Jo', 'Doe', name <> 'disabled', nullif(name, 'pending'), now(), now()
     from unnest(array['known', 'pending', 'disabled']) name`,
  )
})
afterAll(() => database.drop())

it('does the same two statements for every address, on or off, which look at no person', async () => {
  const db = openDatabase({ url: database.url, poolMax: 1, onIdleError: () => {} })
  const limits = new CallLimits(db, LIMITS)
  const reset = new PasswordReset(db, () => new Date('2026-01-01T00:00:00Z'), 600_000, limits)
  const spy = jest.spyOn(pg.Client.prototype, 'query')
  const statementsOf = async (email: string) => {
    spy.mockClear()
    await reset.request(email, {})
    return spy.mock.calls.map(([text]) => String(text))
  }
  const people = ['known', 'pending', 'disabled', 'nobody'].map((name) => `${name}@example.com`)
  const expected = await statementsOf('first@example.com')
  expect(expected).toHaveLength(2)
  expect(expected.join()).not.toMatch(/\buser\b/)
  for (const email of [...people, '', 'a\u0000b', 'x'.repeat(1000)])
    expect(await statementsOf(email)).toEqual(expected)
  await query(database.url, 'update settings set password_reset_enabled = false')
  expect(await statementsOf('known@example.com')).toEqual(expected)
  spy.mockRestore()
  const [row] = await query(database.url, 'select count(*)::int from password_reset_request')
  expect(row).toEqual({ count: 9 })
  await db.destroy()
})
