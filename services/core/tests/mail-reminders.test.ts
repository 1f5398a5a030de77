import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { createCore } from '../src/core.js'
import { MailRejected } from '../src/mail/transport.js'
import { ADMIN_PASSWORD, HOUR_MS, startTestCore, type TestCore, waitFor } from './_core.js'
import { query } from './_database.js'
import { mailInState } from './_mail-rows.js'

const SUBJECT = 'Your invitation to Defguard ends soon'

let core: TestCore
beforeAll(async () => {
  core = await startTestCore({ tokenTimeoutMaxMs: 7 * 24 * HOUR_MS })
})
afterAll(() => core.stop())

interface Row {
  readonly state: string
  readonly last_error: string | null
  readonly variables_sealed: Buffer | null
}

async function reminderOf(name: string): Promise<Row | undefined> {
  const [row] = await query<Row>(
    core.databaseUrl,
    `select state, last_error, variables_sealed from mail
     where kind = 'enrollment_reminder' and recipient = $1`,
    [`${name}@example.com`],
  )
  return row
}

function reminderInState(name: string, state: string): Promise<Row> {
  return waitFor(async () => {
    const row = await reminderOf(name)
    return row?.state === state ? row : undefined
  })
}

/** What the audit log says of the mails about a token. */
async function auditedMails(tokenId: number): Promise<string[]> {
  const rows = await query<{ action: string; object_name: string }>(
    core.databaseUrl,
    `select action, object_name from audit_event
     where object_kind = 'mail' and (details->>'token')::bigint = $1 order by id`,
    [tokenId],
  )
  return rows.map(({ action, object_name }) => `${action} ${object_name}`)
}

const mailsTo = (name: string) =>
  core.transport.sent.filter(({ to }) => to === `${name}@example.com`)

/** Somebody with a mailed link of this life, which they have received. */
async function invited(name: string, hours = 24) {
  await core.createUser(name)
  const invitation = await core.invite(name, {
    send_email: true,
    expires_in_seconds: hours * 3600,
  })
  await core.mail(`${name}@example.com`, invitation.token)
  await mailInState(core.databaseUrl, `${name}@example.com`, 'sent')
  return invitation
}

async function changeSettings(change: { enrollment_reminder: boolean }) {
  const { settings } = await core.clients.settings.getSettings({})
  if (!settings) throw new Error('no settings came back')
  await core.clients.settings.updateSettings({
    settings: { ...settings, ...change },
    update_mask: Object.keys(change),
  })
}

it('reminds six hours before an unopened link ends, once, in the thread of the invitation', async () => {
  const { token, url, expires_timestamp } = await invited('late')
  core.advance(18 * HOUR_MS - 1)
  await invited('in-between')
  expect(mailsTo('late')).toHaveLength(1)
  core.advance(1)
  const reminder = await core.mail('late@example.com', SUBJECT)
  const [invitation] = mailsTo('late')
  expect(reminder.inReplyTo).toBe(invitation?.messageId)
  expect(reminder.messageId).not.toBe(invitation?.messageId)
  for (const part of [token, url]) expect(reminder.text).toContain(part)
  const end = new Date(expires_timestamp * 1000).toISOString().slice(11, 16)
  expect(reminder.text).toContain(`${end} UTC`)
  await core.start(token)
  core.advance(5 * HOUR_MS)
  await invited('afterwards')
  expect(mailsTo('late')).toHaveLength(2)
})

it('goes where the invitation went, and reminds of a longer life as late', async () => {
  await core.createUser('elsewhere')
  await core.clients.enrollments.issueEnrollment({
    username: 'elsewhere',
    options: {
      send_email: true,
      email: 'private@example.org',
      expires_in_seconds: 7 * 24 * 3600,
    },
  })
  await core.mail('private@example.org', 'Your invitation to Defguard')
  core.advance(161 * HOUR_MS)
  await invited('meanwhile')
  expect(core.transport.sent.filter(({ to }) => to === 'private@example.org')).toHaveLength(1)
  core.advance(HOUR_MS)
  await core.mail('private@example.org', SUBJECT)
})

it('does not remind of what was handed over by hand, ends within hours, or adds a device', async () => {
  await core.createUser('byhand')
  await core.invite('byhand')
  await invited('short', 11)
  await core.createUser('active', { password: 'correct horse battery' })
  await core.clients.enrollments.issueDesktopActivation({
    username: 'active',
    options: { send_email: true, email: undefined, expires_in_seconds: 0 },
  })
  for (const name of ['byhand', 'short', 'active']) expect(await reminderOf(name)).toBeUndefined()
})

it.each([
  [
    'started',
    async ({ token }: { token: string }) => {
      await core.start(token)
    },
  ],
  [
    'revoked',
    async ({ id }: { id: number }) => {
      await core.clients.enrollments.revokeToken({ token: { id, username: undefined } })
    },
  ],
  [
    'replaced',
    async () => {
      await core.invite('replaced')
    },
  ],
] as const)('drops the reminder of a %s link without anybody missing it', async (name, end) => {
  const invitation = await invited(name)
  await end(invitation)
  core.advance(18 * HOUR_MS)
  const dropped = await reminderInState(name, 'cancelled')
  expect(dropped.variables_sealed).toBeNull()
  expect(mailsTo(name)).toHaveLength(1)
  expect(await auditedMails(invitation.id)).toEqual(['mail.sent enrollment_invitation'])
})

it('forgets the link of a reminder as soon as it is cleared up, long before it was due', async () => {
  const { token, id } = await invited('tidy')
  expect((await reminderOf('tidy'))?.variables_sealed).not.toBeNull()
  await core.start(token)
  await core.core.maintain()
  expect(await reminderOf('tidy')).toEqual({
    state: 'cancelled',
    last_error: 'the token is no longer open',
    variables_sealed: null,
  })
  expect(await auditedMails(id)).toEqual(['mail.sent enrollment_invitation'])
})

it('does not remind of an invitation that never arrived, or only just did', async () => {
  core.transport.failure = new MailRejected('550 no such user')
  await core.createUser('bounced')
  await core.invite('bounced', { send_email: true })
  await mailInState(core.databaseUrl, 'bounced@example.com', 'given_up')
  core.transport.failure = new Error('451 try again later')
  await core.createUser('delayed')
  const { token } = await core.invite('delayed', { send_email: true })
  await mailInState(core.databaseUrl, 'delayed@example.com', 'failed')
  core.advance(17 * HOUR_MS)
  core.transport.failure = undefined
  await core.mail('delayed@example.com', token)
  core.advance(HOUR_MS)
  for (const name of ['bounced', 'delayed']) await reminderInState(name, 'cancelled')
  expect([...mailsTo('bounced'), ...mailsTo('delayed')]).toHaveLength(1)
})

it('reminds later while the mail server is down, truly still, and not once the link has ended', async () => {
  await invited('held-up')
  await invited('too-late', 12)
  core.transport.failure = new Error('451 try again later')
  core.advance(6 * HOUR_MS)
  await reminderInState('too-late', 'failed')
  core.advance(12 * HOUR_MS)
  await reminderInState('held-up', 'failed')
  await reminderInState('too-late', 'cancelled')
  core.transport.failure = undefined
  core.advance(HOUR_MS)
  await core.mail('held-up@example.com', SUBJECT)
  expect(mailsTo('too-late')).toHaveLength(1)
})

it('reminds nobody once that is switched off, when a link is issued as when it is due', async () => {
  await invited('due-later')
  await changeSettings({ enrollment_reminder: false })
  await invited('issued-now')
  expect(await reminderOf('issued-now')).toBeUndefined()
  core.advance(18 * HOUR_MS)
  expect(await reminderInState('due-later', 'cancelled')).toMatchObject({
    last_error: 'reminders are switched off',
    variables_sealed: null,
  })
  expect(mailsTo('due-later')).toHaveLength(1)
  await changeSettings({ enrollment_reminder: true })
})

it('names nobody as whom to ask who is gone: what was taken over is not reminded of', async () => {
  await core.createUser('leaver', { groups: ['admin'], password: ADMIN_PASSWORD })
  const leaver = await core.loggedIn('leaver', ADMIN_PASSWORD)
  await core.createUser('inherited')
  const { token } = await core.invite('inherited', { send_email: true }, leaver)
  await core.mail('inherited@example.com', token)
  await core.clients.users.deleteUser({ username: 'leaver', take_over_tokens: true })
  expect(await reminderOf('inherited')).toEqual({
    state: 'cancelled',
    last_error: 'the token was taken over',
    variables_sealed: null,
  })
  await core.start(token)
})

it('reminds each of many people once, with two cores at work', async () => {
  const other = createCore(core.config, core.seams)
  await other.start()
  const names = Array.from({ length: 20 }, (_, i) => `crowd${i}`)
  await Promise.all(names.map((name) => invited(name)))
  core.advance(18 * HOUR_MS)
  for (const name of names) await core.mail(`${name}@example.com`, SUBJECT)
  await other.stop()
  for (const name of names) expect(mailsTo(name)).toHaveLength(2)
})

it('lists the state of the invitation, not that of the reminder', async () => {
  await invited('listed')
  const { tokens } = await core.clients.enrollments.listTokens({
    page: undefined,
    state: 0,
    kind: 0,
    username: 'listed',
  })
  expect(tokens[0]?.mail).toBe('sent')
})
