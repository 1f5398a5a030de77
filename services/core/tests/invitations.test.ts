import { TokenState } from '@defguard/proto/admin/v1/enrollments'
import { status } from '@grpc/grpc-js'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { refusalOf } from './_clients.js'
import { HOUR_MS, MINUTE_MS, startTestCore, type TestCore, waitFor } from './_core.js'

let core: TestCore
beforeAll(async () => {
  core = await startTestCore()
})
afterAll(() => core.stop())

async function refusal(call: Promise<unknown>) {
  return refusalOf(await call.catch((err) => err))
}

function tokensOf(username: string) {
  return core.clients.enrollments.listTokens({ page: undefined, state: 0, kind: 0, username })
}

it('hands over a link, a deep link and a QR payload that carry exactly the token', async () => {
  await core.createUser('byhand')
  const invitation = await core.invite('byhand')
  expect(invitation.url).toBe(`https://enroll.example.com/#token=${invitation.token}`)
  expect(invitation.deep_link).toBe(
    `defguard://addinstance?token=${invitation.token}&url=https%3A%2F%2Fenroll.example.com%2F`,
  )
  expect(JSON.parse(Buffer.from(invitation.qr, 'base64').toString())).toEqual({
    url: 'https://enroll.example.com/',
    token: invitation.token,
  })
  expect(invitation.mailed_to).toBeUndefined()
})

it('leaves one live token however often it issues, and states the real end of each', async () => {
  await core.createUser('again')
  const now = Math.floor(core.time.now.getTime() / 1000)
  for (const [wanted, granted] of [
    [0, 24],
    [2 * 3600, 2],
    [12 * 3600, 12],
    [72 * 3600, 24],
  ] as const) {
    const { expires_timestamp } = await core.invite('again', { expires_in_seconds: wanted })
    expect(expires_timestamp).toBe(now + granted * 3600)
    const { tokens } = await tokensOf('again')
    expect(tokens.filter((token) => token.state === TokenState.OPEN)).toHaveLength(1)
  }
  expect(await refusal(core.invite('again', { expires_in_seconds: 299 }))).toMatchObject({
    code: status.INVALID_ARGUMENT,
    message: 'expires_in_seconds: must be at least 5 minutes',
  })
})

it('leaves one live token when sixteen admins invite at once', async () => {
  await core.createUser('crowd')
  const invitations = await Promise.all(Array.from({ length: 16 }, () => core.invite('crowd')))
  const starts = await Promise.allSettled(invitations.map(({ token }) => core.start(token)))
  expect(starts.filter((start) => start.status === 'fulfilled')).toHaveLength(1)
})

it('mails an invitation that works, to the chosen address', async () => {
  await core.createUser('mailed')
  const { invitation } = await core.clients.enrollments.issueEnrollment({
    username: 'MAILED',
    options: { send_email: true, email: 'private@example.org', expires_in_seconds: 0 },
  })
  const mail = await core.mail('private@example.org')
  expect(mail.text).toContain(invitation?.url)
  expect(mail.messageId).toMatch(/^<[0-9a-f-]{36}@enroll\.example\.com>$/)
  await core.start(invitation?.token ?? '')
})

it('does not mail a link that was replaced before the mail went out', async () => {
  await core.createUser('replaced')
  /** Waits for the newest mail's state: an attempt is booked after it was made. */
  const booked = (state: string) =>
    waitFor(async () => {
      const { tokens } = await tokensOf('replaced')
      return tokens[0]?.mail === state ? tokens : undefined
    })
  core.transport.failure = new Error('451 try again later')
  const older = await core.invite('replaced', { send_email: true })
  await booked('failed')
  core.advance(MINUTE_MS)
  const newer = await core.invite('replaced', { send_email: true })
  await booked('failed')
  core.transport.failure = undefined
  core.advance(HOUR_MS)
  const tokens = await booked('sent')
  expect(tokens.map((token) => token.mail)).toEqual(['sent', 'given_up'])
  const mail = await core.mail('replaced@example.com')
  expect(mail.text).toContain(newer.token)
  expect(mail.text).not.toContain(older.token)
})

it('refuses to invite somebody who has a password, nobody, and without a mail server', async () => {
  await core.createUser('active', { password: 'correct horse battery' })
  expect(await refusal(core.invite('active'))).toEqual({
    code: status.FAILED_PRECONDITION,
    message: 'User account is already activated',
    reason: 'user_already_activated',
  })
  expect(await refusal(core.invite('nobody'))).toMatchObject({ code: status.NOT_FOUND })
  const other = await startTestCore({ smtpSeed: undefined })
  await other.createUser('nomail')
  const wanted = other.invite('nomail', { send_email: true })
  expect(refusalOf(await wanted.catch((err) => err))).toEqual({
    code: status.FAILED_PRECONDITION,
    message: 'SMTP is not configured',
    reason: 'smtp_not_configured',
  })
  expect((await other.invite('nomail')).token).toMatch(/^dge_/)
  await other.stop()
})

it('resends to the same recipient and kills the older link', async () => {
  await core.createUser('resend')
  const older = await core.invite('resend', { send_email: true })
  await core.mail('resend@example.com', older.token)
  core.advance(MINUTE_MS)
  const { invitation } = await core.clients.enrollments.resendToken({
    token: { id: undefined, username: 'resend' },
  })
  expect(invitation?.mailed_to).toBe('resend@example.com')
  await core.mail('resend@example.com', invitation?.token ?? '')
  expect(await refusal(core.start(older.token))).toMatchObject({ reason: 'token_revoked' })
  await core.start(invitation?.token ?? '')
})

it('tells success from failure in the list, for ever', async () => {
  await core.createUser('story')
  await core.invite('story')
  core.advance(24 * HOUR_MS)
  const used = await core.invite('story')
  const { session_secret } = await core.start(used.token)
  await core.activate(session_secret, 'correct horse battery')
  core.advance(HOUR_MS)
  const { tokens } = await tokensOf('story')
  expect(tokens.map((token) => token.state)).toEqual([TokenState.ACTIVATED, TokenState.REVOKED])
  expect(tokens[0]).toMatchObject({ user: 'story', issued_by: 'admin' })
})

it('pages through tokens newest first without missing or repeating one', async () => {
  const seen: number[] = []
  for (let token = ''; ; ) {
    const page = await core.clients.enrollments.listTokens({
      page: { page_size: 2, page_token: token },
      state: 0,
      kind: 0,
      username: '',
    })
    seen.push(...page.tokens.map((entry) => entry.id))
    token = page.next_page_token
    if (token === '') break
  }
  expect(seen).toEqual([...new Set(seen)].sort((a, b) => b - a))
  expect(seen.length).toBeGreaterThan(10)
})
