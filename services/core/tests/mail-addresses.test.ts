import { status } from '@grpc/grpc-js'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { createSmtpTransport } from '../src/mail/smtp-transport.js'
import { refusalOf } from './_clients.js'
import { HOUR_MS, startTestCore, type TestCore, waitFor } from './_core.js'
import { mailInState } from './_mail-rows.js'
import { MailServers, type ReceivedMail } from './_smtp.js'

const servers = new MailServers()
let core: TestCore
let received: ReceivedMail[]
beforeAll(async () => {
  const server = await servers.start()
  received = server.received
  core = await startTestCore({ smtpSeed: server.smtp })
  Object.assign(core.seams, { transport: createSmtpTransport() })
  await core.restart()
})
afterAll(async () => {
  await core?.stop()
  await servers.stop()
})

let people = 0
/** Adds a person with this address and invites them by mail. */
async function inviteAt(email: string, invitation: { email?: string } = {}) {
  const username = `person${++people}`
  await core.clients.users.createUser({
    request_id: '',
    username,
    email,
    first_name: 'Jo',
    last_name: 'Doe',
    phone: undefined,
    language: undefined,
    groups: [],
    password: undefined,
    invitation: { send_email: true, email: undefined, expires_in_seconds: 0, ...invitation },
  })
  return username
}

/** 253 characters, all that this server takes, 64 of them before the `@`; core takes one more. */
const LONG = `${'l'.repeat(64)}@${`${'d'.repeat(60)}.`.repeat(3)}house`

it.each([
  "o'brien+vpn@example.com",
  '"jo.doe"@example.com',
  '!#$%&*+-/=?^_`{|}~@example.com',
  'UPPER.Lower@example.com',
  'jo@localhost',
  'jo@[192.0.2.1]',
  'józef@example.com',
  LONG,
])('takes the odd but legal address %s to the server as it is', async (email) => {
  const username = await inviteAt(email)
  const mail = await waitFor(() => received.find(({ to }) => to === email))
  expect(mail.source).toMatch(/^To:\s+\S+@\S+\r$/m)
  const { user } = await core.clients.users.getUser({ username })
  expect(user?.email).toBe(email)
})

it('takes as many characters as an address may have', async () => {
  const longest = `${LONG}s`
  expect(longest).toHaveLength(254)
  await inviteAt(longest)
})

it('writes the name of a host as mail servers know it', async () => {
  await inviteAt('jo@Żółw.example')
  const head = /^To: jo@xn--w-uga1v8h\.example\r$/m
  await waitFor(() => received.find(({ source }) => head.test(source)))
})

it.each([
  '',
  'nobody',
  '@example.com',
  'jo@',
  'jo@doe@example.com',
  'jo doe@example.com',
  'jo@example.com,all@example.com',
  'jo@example.com\r\nBcc: all@example.com',
  'jo\u0000@example.com',
  'jo\u202e@example.com',
  'jo\u200b@example.com',
  '<jo@example.com>',
  'Jo <jo@example.com>',
  'jo;all@example.com',
  'jo"doe@example.com',
  'jo@exam(ple).com',
  `xx${LONG}`,
])('refuses %j wherever an address is typed, by the name of the field', async (email) => {
  const refusal = async (call: Promise<unknown>) => refusalOf(await call.catch((err) => err))
  expect(await refusal(inviteAt(email))).toMatchObject({
    code: status.INVALID_ARGUMENT,
    message: expect.stringMatching(/^email: must be an e-mail address/),
  })
  expect(await refusal(inviteAt(`fine${people}@example.com`, { email }))).toMatchObject({
    code: status.INVALID_ARGUMENT,
    message: expect.stringMatching(/^email: must be an e-mail address/),
  })
  const { settings } = await core.clients.settings.getSettings({})
  if (!settings) throw new Error('no settings came back')
  for (const field of ['smtp_sender', 'support_contact_email'] as const) {
    const change = { settings: { ...settings, [field]: email }, update_mask: [field] }
    expect(await refusal(core.clients.settings.updateSettings(change))).toMatchObject({
      code: status.INVALID_ARGUMENT,
      message: expect.stringMatching(new RegExp(`^${field}: must be an e-mail address`)),
    })
  }
})

it('says in its head that no machine is to answer, and what a reminder reminds of', async () => {
  await inviteAt('thread@example.com')
  const invitation = await waitFor(() => received.find(({ to }) => to === 'thread@example.com'))
  await mailInState(core.databaseUrl, 'thread@example.com', 'sent')
  core.advance(18 * HOUR_MS)
  const { source: reminder } = await waitFor(() =>
    received.find(
      ({ to, messageId }) => to === 'thread@example.com' && messageId !== invitation.messageId,
    ),
  )
  for (const head of [invitation.source, reminder].map((mail) => mail.split('\r\n\r\n')[0] ?? '')) {
    expect(head).toMatch(/^Auto-Submitted: auto-generated\r$/m)
    expect(head).toMatch(/^X-Auto-Response-Suppress: All\r$/m)
    expect(head).toMatch(/^Date: \w{3}, \d{2} \w{3} \d{4} [\d:]{8} \+0000\r$/m)
    expect(head).toMatch(/^Message-ID: <[0-9a-f-]{36}@enroll\.example\.com>\r$/m)
  }
  expect(reminder).toMatch(new RegExp(`^In-Reply-To: ${invitation.messageId}\r$`, 'm'))
  expect(reminder).toMatch(new RegExp(`^References: ${invitation.messageId}\r$`, 'm'))
  expect(invitation.source).not.toMatch(/^(In-Reply-To|References):/m)
})
