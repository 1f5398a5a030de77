import { TokenState } from '@defguard/proto/admin/v1/enrollments'
import { status } from '@grpc/grpc-js'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { refusalOf } from './_clients.js'
import { startTestCore, type TestCore } from './_core.js'
import { query, whileHolding } from './_database.js'

const SECOND_MS = 1_000

let core: TestCore
beforeAll(async () => {
  core = await startTestCore()
})
afterAll(() => core.stop())

const resend = (username: string) =>
  core.clients.enrollments.resendToken({ token: { id: undefined, username } })

const mail = (username: string) => core.invite(username, { send_email: true })

async function changeCooldown(seconds: number) {
  const { settings } = await core.clients.settings.getSettings({})
  if (!settings) throw new Error('no settings came back')
  await core.clients.settings.updateSettings({
    settings: { ...settings, enrollment_resend_cooldown_seconds: seconds },
    update_mask: ['enrollment_resend_cooldown_seconds'],
  })
}

/** How many links were mailed to somebody, and how many of them still work. */
async function linksOf(username: string) {
  const { tokens } = await core.clients.enrollments.listTokens({
    page: undefined,
    state: 0,
    kind: 0,
    username,
  })
  const sql = `select from mail where kind = 'enrollment_invitation' and recipient = $1`
  const mailed = await query(core.databaseUrl, sql, [`${username}@example.com`])
  const open = tokens.filter(({ state }) => state === TokenState.OPEN)
  return { mailed: mailed.length, open: open.map(({ id }) => id) }
}

it('mails nobody a second link within a minute, says how long to wait, and leaves the first alone', async () => {
  await core.createUser('hasty')
  const first = await mail('hasty')
  core.advance(17.5 * SECOND_MS)
  for (const again of [mail, resend]) {
    const err = await again('hasty').catch((err) => err)
    expect(refusalOf(err)).toEqual({
      code: status.RESOURCE_EXHAUSTED,
      message:
        'a link was mailed to "hasty" just now: wait 43 seconds, or hand a link over yourself',
      reason: 'rate_limited',
    })
    expect(err.metadata.get('retry-after')).toEqual(['43'])
  }
  expect(await linksOf('hasty')).toEqual({ mailed: 1, open: [first.id] })
  core.advance(42.5 * SECOND_MS - 1)
  await expect(resend('hasty')).rejects.toThrow('wait 1 second,')
  core.advance(1)
  const { invitation } = await resend('hasty')
  expect(await linksOf('hasty')).toEqual({ mailed: 2, open: [invitation?.id] })
  await expect(core.start(first.token)).rejects.toThrow('invalid token')
})

it('mails one link when several admins send one at the same moment', async () => {
  await core.createUser('popular')
  const older = await core.invite('popular')
  const lock = `select from "user" where username = 'popular' for update`
  const outcomes = await whileHolding(core.databaseUrl, lock, 6, () =>
    Promise.allSettled(Array.from({ length: 6 }, () => mail('popular'))),
  )
  const failures = outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
  expect(failures.map((err) => refusalOf(err).reason)).toEqual(Array(5).fill('rate_limited'))
  const { mailed, open } = await linksOf('popular')
  expect([mailed, open.length]).toEqual([1, 1])
  expect(open).not.toEqual([older.id])
})

it('limits neither links by hand nor those of other people or for another purpose', async () => {
  await core.createUser('byhand')
  const { token } = await mail('byhand')
  await core.createUser('other')
  await mail('other')
  const { session_secret } = await core.start(token)
  await core.activate(session_secret, 'correct horse battery')
  const options = { send_email: true, email: undefined, expires_in_seconds: 0 }
  const desktop = { username: 'byhand', options }
  await core.clients.enrollments.issueDesktopActivation(desktop)
  const again = core.clients.enrollments.issueDesktopActivation(desktop)
  expect(refusalOf(await again.catch((err) => err))).toMatchObject({ reason: 'rate_limited' })
  await core.clients.enrollments.issueDesktopActivation({
    ...desktop,
    options: { ...options, send_email: false },
  })
  for (let i = 0; i < 3; i++) await core.invite('other')
})

it('counts a link that was withdrawn at once, for the mail may have been read', async () => {
  await core.createUser('undecided')
  const { id } = await mail('undecided')
  await core.clients.enrollments.revokeToken({ token: { id, username: undefined } })
  await expect(mail('undecided')).rejects.toThrow('just now')
})

it('goes by the setting, from none to an hour', async () => {
  await core.createUser('patient')
  await changeCooldown(3600)
  await mail('patient')
  core.advance(3599 * SECOND_MS)
  await expect(resend('patient')).rejects.toThrow('wait 1 second,')
  await changeCooldown(0)
  await resend('patient')
  await resend('patient')
  for (const seconds of [-1, 3601]) {
    expect(refusalOf(await changeCooldown(seconds).catch((err) => err))).toMatchObject({
      code: status.INVALID_ARGUMENT,
      message: 'enrollment_resend_cooldown_seconds: must be 0 to 3600',
    })
  }
  await changeCooldown(60)
})
