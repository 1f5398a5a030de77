import { afterAll, beforeAll, expect, it, jest } from '@jest/globals'
import bcrypt from 'bcrypt'
import pg from 'pg'
import {
  createTestDatabase,
  type TestDatabase,
} from '../../../packages/local-stack/src/test-database.js'
import { Auth } from '../src/app/auth.js'
import { CallLimits } from '../src/app/call-limits.js'
import { LoginLadder } from '../src/app/login-ladder.js'
import { PasswordHasher } from '../src/app/password-hasher.js'
import { SecondFactor } from '../src/app/second-factor.js'
import { type Db, openDatabase } from '../src/db/database.js'
import { migrate } from '../src/db/migrate.js'
import { CodeHasher } from '../src/domain/mfa.js'
import { Sealer } from '../src/domain/sealing.js'
import { query } from './_database.js'
import { LIMITS } from './_limits.js'

const KEYS = ['k'.repeat(64)] as const
const hasher = new PasswordHasher(KEYS, 4)

// No core runs here, so that every statement that is seen is one of the login.
let database: TestDatabase
let db: Db
beforeAll(async () => {
  database = await createTestDatabase(migrate)
  db = openDatabase({ url: database.url, poolMax: 1, onIdleError: () => {} })
  await query(
    database.url,
    `insert into "user" (username, email, first_name, last_name, is_active, password_hash, created_at, updated_at)
     select name, name || '@example.com', 'Jo', 'Doe', name <> 'disabled',
       case when name <> 'pending' then $1 end, now(), now()
     from unnest(array['known', 'pending', 'disabled']) name`,
    [await hasher.hash('correct horse battery')],
  )
})
afterAll(async () => {
  await db.destroy()
  await database.drop()
})

it('hashes as long for a password that was stored at a lower cost as for an unknown name', async () => {
  const dear = new PasswordHasher(KEYS, 8)
  const cheap = await hasher.hash('correct horse battery')
  await dear.verify('the hash that unknown names are compared with is made at first', null)
  const compared = jest.spyOn(bcrypt, 'compare')
  const hashed = jest.spyOn(bcrypt, 'hash')
  const workOf = async (password: string, stored: string | null) => {
    compared.mockClear()
    hashed.mockClear()
    await dear.verify(password, stored)
    const costs = [
      ...compared.mock.calls.map(([, output]) => bcrypt.getRounds(output)),
      ...hashed.mock.calls.map(([, cost]) => Number(cost)),
    ]
    return costs.reduce((sum, cost) => sum + 2 ** cost, 0)
  }
  expect(await workOf('wrong', null)).toBe(2 ** 8)
  expect(await workOf('wrong', cheap)).toBe(2 ** 8)
  expect(await workOf('correct horse battery', cheap)).toBe(2 ** 8)
  compared.mockRestore()
  hashed.mockRestore()
})

const NAMES = ['known', 'KNOWN@example.com', 'pending', 'disabled', 'nobody', 'a\u0000b', '']
const NUMBER = /[$\d]+/g

it('asks the database and hashes alike for every name, free, failing, locked and kept waiting', async () => {
  const clock = () => new Date('2026-01-01T00:00:00Z')
  const limits = new CallLimits(db, LIMITS)
  const factor = new SecondFactor(db, new Sealer(KEYS), new CodeHasher(KEYS), 300_000)
  const ladder = new LoginLadder(db, clock, limits)
  const auth = new Auth(db, clock, hasher, factor, limits, ladder, 3_600_000)
  const asked = jest.spyOn(pg.Client.prototype, 'query')
  const hashed = jest.spyOn(bcrypt, 'compare')
  await hasher.verify('the hash that unknown names are compared with is made at first', null)

  /** What one login does: its answer, its statements without their values, and its hashes. */
  const workOf = async (login: string, ip: string, password = 'wrong password') => {
    asked.mockClear()
    hashed.mockClear()
    const answer = await auth.login({ login, password, code: '' }, { ip }).catch((err) => err)
    const statements = asked.mock.calls.map(([text]) => String(text).replace(NUMBER, ''))
    return { answer: answer.reason, statements, hashes: hashed.mock.calls.length }
  }

  const works = []
  for (const [n, name] of NAMES.entries()) {
    const work = []
    for (let i = 0; i < 7; i++) work.push(await workOf(name, `192.0.${n}.1`))
    for (let i = 2; i < 22; i++) work.push(await workOf(name, `192.0.${n}.${i}`))
    works.push(work)
  }
  for (const work of works) expect(work).toEqual(works[0])
  const answers = works[0]?.map(({ answer, hashes }) => `${answer} ${hashes}`)
  expect(new Set(answers)).toEqual(new Set(['login_failed 1', 'rate_limited 0']))
  // The right password of who may not log in is as wrong as any.
  const right = await workOf('disabled', '198.51.100.1', 'correct horse battery')
  expect(right).toEqual(await workOf('nobody', '198.51.100.2', 'correct horse battery'))
  asked.mockRestore()
  hashed.mockRestore()
})
