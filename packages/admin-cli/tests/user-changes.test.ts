import { AuthServiceService } from '@defguard/proto/admin/v1/auth'
import { TokenState } from '@defguard/proto/admin/v1/enrollments'
import { UserServiceService, UserState } from '@defguard/proto/admin/v1/users'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { admin, run } from './_cli.js'
import { refusal, TestCore } from './_core.js'
import { ANNA, NEW_YEAR, token } from './_samples.js'

let core: TestCore
beforeAll(async () => {
  core = await new TestCore().start()
})
afterAll(() => core.stop())

async function json(args: string[], stdin?: string): Promise<unknown> {
  const { code, stdout, stderr } = await run([...args, '--json'], admin(core), stdin)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return JSON.parse(stdout)
}

it('changes only what is named, and clears what is named as empty', async () => {
  core.answer(UserServiceService.updateUser, () => ({ user: ANNA, revoked_tokens: [] }))
  const args = ['--last-name', 'Kowalska', '--phone', '', '--group', 'a,b']
  expect(await json(['user', 'update', 'anna', ...args])).toMatchObject({
    username: 'anna',
    invitation: null,
    revoked_tokens: [],
  })
  await json(['user', 'update', 'anna', '--group', ''])
  const [first, second] = core.requests(UserServiceService.updateUser)
  expect(first).toMatchObject({
    username: 'anna',
    user: { last_name: 'Kowalska', phone: '', groups: ['a', 'b'] },
    update_mask: ['last_name', 'phone', 'groups'],
  })
  expect(second).toMatchObject({ user: { groups: [] }, update_mask: ['groups'] })
  expect((await run(['user', 'update', 'anna'], admin(core))).code).toBe(2)
})

it('lists the links that stopped working with their issuer, and how to replace them', async () => {
  const revoked_tokens = [token(5, { state: TokenState.REVOKED }), token(6)]
  core.answer(UserServiceService.disableUser, () => ({
    user: { ...ANNA, state: UserState.DISABLED, is_active: false },
    revoked_tokens,
  }))
  expect(await json(['user', 'disable', 'anna'])).toMatchObject({
    state: 'disabled',
    revoked_tokens: [{ id: 5, user: 'user5', state: 'revoked' }, { id: 6 }],
  })
  const { stderr } = await run(['user', 'disable', 'anna'], admin(core))
  expect(stderr).toContain('2 links they had issued to others no longer work')
  expect(stderr).toContain('defguard-admin enrollment resend 5 6')
})

it('deletes a person, and takes their links over if asked', async () => {
  core.answer(UserServiceService.deleteUser, ({ take_over_tokens }) => ({
    revoked_tokens: [],
    taken_over_tokens: take_over_tokens ? [token(5)] : [],
  }))
  expect(await json(['user', 'delete', 'anna'])).toEqual({
    username: 'anna',
    deleted: true,
    revoked_tokens: [],
    taken_over_tokens: [],
  })
  expect(await json(['user', 'delete', 'anna', '--take-over'])).toMatchObject({
    taken_over_tokens: [{ id: 5 }],
  })
})

it('takes passwords from standard input only', async () => {
  core.answer(UserServiceService.setPassword, () => ({ user: ANNA }))
  core.answer(AuthServiceService.changePassword, () => ({}))
  await json(['user', 'set-password', 'anna'], 'Tulip rain!\n')
  expect(core.requests(UserServiceService.setPassword)).toEqual([
    { username: 'anna', password: 'Tulip rain!' },
  ])
  expect(await json(['password'], 'old one\nnew one\n')).toEqual({ changed: true })
  expect(core.requests(AuthServiceService.changePassword)).toEqual([
    { old_password: 'old one', new_password: 'new one' },
  ])
})

it('enables people and resets their second factors', async () => {
  core.answer(UserServiceService.enableUser, () => ({ user: ANNA }))
  core.answer(UserServiceService.resetMfa, () => ({ user: ANNA }))
  for (const command of ['enable', 'reset-mfa'])
    expect(await json(['user', command, 'anna'])).toMatchObject({ id: 7, username: 'anna' })
})

it('shows how far an invitation is and what became of its mail', async () => {
  const invitation = token(5, {
    state: TokenState.IN_PROGRESS,
    deadline_timestamp: NEW_YEAR + 600,
    mail: 'sent',
  })
  core.answer(UserServiceService.getUser, () => ({ user: { ...ANNA, invitation } }))
  expect(await json(['user', 'show', 'anna'])).toMatchObject({
    invitation: {
      id: 5,
      state: 'in_progress',
      expires_at: '2026-01-02T00:00:00Z',
      deadline: '2026-01-01T00:10:00Z',
      mail: 'sent',
    },
  })
  const { stdout } = await run(['user', 'show', 'anna'], admin(core))
  expect(stdout).toMatch(/Invitation +in progress until 2026-01-01 00:10/)
})

it('ends with 5 when the last administrator would go', async () => {
  core.answer(UserServiceService.disableUser, () => {
    throw refusal(9, 'at least one active administrator must remain', 'last_admin')
  })
  const { code, stderr } = await run(['user', 'disable', 'anna'], admin(core))
  expect(code).toBe(5)
  expect(stderr).toContain('at least one active administrator must remain')
})
