import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { startTestCore, type TestCore } from './_core.js'
import { query, whileHolding } from './_database.js'

const PASSWORD = 'correct horse battery'
const [FIRST, SECOND] = ['f'.repeat(64), 's'.repeat(64)]

let core: TestCore
beforeAll(async () => {
  core = await startTestCore({ secretKeys: [FIRST] })
})
afterAll(() => core.stop())

/** What is stored of a password: pepper and cost. */
const storedAs = async (username: string) => {
  const [row] = await query<{ hash: string }>(
    core.databaseUrl,
    `select password_hash as hash from "user" where username = '${username}'`,
  )
  const [scheme, pepper, output = ''] = (row?.hash ?? '').split(':')
  return { scheme, pepper, cost: Number(output.split('$')[2]) }
}

it('takes a password under an earlier pepper, and hashes it anew at the login', async () => {
  await core.createUser('anna', { password: PASSWORD })
  const before = await storedAs('anna')
  await core.restart({ secretKeys: [SECOND, FIRST] })
  expect(await core.acceptsPassword('anna', 'another')).toBe(false)
  expect(await storedAs('anna')).toEqual(before)
  expect(await core.acceptsPassword('anna', PASSWORD)).toBe(true)
  const after = await storedAs('anna')
  expect(after.pepper).not.toBe(before.pepper)
  expect(await core.acceptsPassword('anna', PASSWORD)).toBe(true)
  expect(await storedAs('anna')).toEqual(after)
})

it('hashes a password anew at the login when the cost has changed', async () => {
  await core.createUser('bert', { password: PASSWORD })
  expect((await storedAs('bert')).cost).toBe(4)
  await core.restart({ bcryptCost: 5 })
  expect(await core.acceptsPassword('bert', PASSWORD)).toBe(true)
  expect((await storedAs('bert')).cost).toBe(5)
  expect(await core.acceptsPassword('bert', PASSWORD)).toBe(true)
})

it('never puts a password that is hashed anew in the place of one that was changed meanwhile', async () => {
  await core.createUser('cora', { password: PASSWORD })
  await core.createUser('dora', { password: 'staple of the horse' })
  await core.restart({ bcryptCost: 6 })
  const isIn = await whileHolding(
    core.databaseUrl,
    `update "user" set password_hash = (select password_hash from "user" where username = 'dora')
     where username = 'cora'`,
    1, // the login, which knows the old one to be right and is about to store it anew
    () => core.acceptsPassword('cora', PASSWORD),
  )
  expect(isIn).toBe(false)
  expect(await core.acceptsPassword('cora', 'staple of the horse')).toBe(true)
})

it.each([
  ['full-width letters', 'Ｔｕｌｉｐ-ｒａｉｎ', 'Tulip-rain', true],
  ['what follows a null character', 'Tulip\u0000rain', 'Tulip\u0000wind', false],
  ['what follows 72 bytes', `${'x1'.repeat(36)}a`, `${'x1'.repeat(36)}b`, false],
])('tells passwords apart by what is typed: %s', async (what, stored, typed, isSame) => {
  const username = what.replaceAll(' ', '-')
  await core.createUser(username, { password: stored })
  expect(await core.acceptsPassword(username, stored)).toBe(true)
  expect(await core.acceptsPassword(username, typed)).toBe(isSame)
})
