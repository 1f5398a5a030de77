import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { startTestCore, type TestCore } from './_core.js'

let core: TestCore
beforeAll(async () => {
  core = await startTestCore()
})
afterAll(() => core.stop())

it('shows how far the newest invitation is, and what became of its mail', async () => {
  const shown = async () =>
    (await core.clients.users.getUser({ username: 'followed' })).user?.invitation
  await core.createUser('followed')
  expect(await shown()).toBeUndefined()
  await core.invite('followed', { send_email: true })
  await core.mail('followed@example.com')
  expect(await shown()).toMatchObject({ state: 1, deadline_timestamp: undefined })
  const { token } = await core.invite('followed')
  await core.start(token)
  expect(await shown()).toMatchObject({ state: 2, deadline_timestamp: expect.any(Number) })
  await core.clients.enrollments.revokeToken({ token: { username: 'followed' } })
  const { users } = await core.clients.users.listUsers({
    page: undefined,
    state: 0,
    search: 'followed',
  })
  expect(users[0]?.invitation).toMatchObject({ state: 6, issued_by: 'admin' })
})

it('says beforehand which usernames can be had', async () => {
  const problem = async (username: string) =>
    (await core.clients.users.checkUsername({ username })).problem
  await core.createUser('Zenek34')
  for (const name of ['First_Last', '32-zenek', 'a']) expect(await problem(name)).toBeUndefined()
  for (const name of ['.1user', '_x', 'a b', 'x'.repeat(64)])
    expect(await problem(name)).toMatch(/must be/)
  expect(await problem('zENEK34')).toMatch(/taken/)
})
