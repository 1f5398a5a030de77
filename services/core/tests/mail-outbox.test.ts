import { afterAll, beforeAll, expect, it } from '@jest/globals'
import pg from 'pg'
import { createCore } from '../src/core.js'
import { Sealer } from '../src/domain/sealing.js'
import { MailRejected, type MailTransport } from '../src/mail/transport.js'
import { HOUR_MS, MINUTE_MS, startTestCore, type TestCore, waitFor } from './_core.js'

const PASSWORD = 'correct horse battery'

let core: TestCore
beforeAll(async () => {
  core = await startTestCore()
})
afterAll(() => core.stop())

interface Row extends pg.QueryResultRow {
  readonly kind: string
  readonly state: string
  readonly attempts: number
  readonly message_id: string
  readonly last_error: string | null
  readonly variables_sealed: Buffer | null
}

async function query<R extends pg.QueryResultRow>(
  url: string,
  text: string,
  values: string[] = [],
): Promise<R[]> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return (await client.query<R>(text, values)).rows
  } finally {
    await client.end()
  }
}

function rowsFor(recipient: string, url = core.databaseUrl): Promise<Row[]> {
  return query<Row>(url, 'select * from mail where recipient = $1 order by id', [recipient])
}

async function rowInState(recipient: string, state: string, url = core.databaseUrl): Promise<Row> {
  return waitFor(async () => (await rowsFor(recipient, url)).find((row) => row.state === state))
}

/** When this has arrived, everything that was due before it has been looked at. */
async function everythingDueIsDone(name: string) {
  await core.createUser(name)
  const { token } = await core.invite(name, { send_email: true })
  await core.mail(`${name}@example.com`, token)
}

it('lets people enroll while the mail server is down, and mails them later under the first Message-ID', async () => {
  core.transport.failure = new Error('451 try again later')
  const secret = await core.startedEnrollment('down')
  await core.activate(secret, PASSWORD)
  const failed = await rowInState('down@example.com', 'failed')
  expect(failed).toMatchObject({ kind: 'welcome', last_error: '451 try again later' })
  core.transport.failure = undefined
  core.advance(MINUTE_MS)
  const mail = await core.mail('down@example.com')
  expect(mail.messageId).toBe(`<${failed.message_id}@enroll.example.com>`)
  const sent = await rowInState('down@example.com', 'sent')
  expect(sent).toMatchObject({ last_error: null, variables_sealed: null })
})

it('never sends the link of a token that was revoked meanwhile, and forgets it', async () => {
  await core.createUser('revoked')
  core.transport.failure = new Error('451 try again later')
  const { id } = await core.invite('revoked', { send_email: true })
  await rowInState('revoked@example.com', 'failed')
  await core.clients.enrollments.revokeToken({ token: { id, username: undefined } })
  expect(await rowsFor('revoked@example.com')).toMatchObject([
    { state: 'given_up', variables_sealed: null },
  ])
  core.transport.failure = undefined
  core.advance(HOUR_MS)
  await everythingDueIsDone('after-revoked')
  expect(core.transport.sent.filter((mail) => mail.to === 'revoked@example.com')).toEqual([])
})

it('never sends the link of a token that lapsed or was used while its mail waited', async () => {
  for (const name of ['lapsed', 'used']) await core.createUser(name)
  core.transport.failure = new Error('451 try again later')
  await core.invite('lapsed', { send_email: true, expires_in_seconds: 600 })
  const used = await core.invite('used', { send_email: true })
  for (const name of ['lapsed', 'used']) await rowInState(`${name}@example.com`, 'failed')
  await core.start(used.token)
  core.transport.failure = undefined
  core.advance(HOUR_MS)
  for (const name of ['lapsed', 'used']) {
    expect(await rowInState(`${name}@example.com`, 'given_up')).toMatchObject({
      last_error: 'the token is no longer open',
      variables_sealed: null,
    })
    expect(core.transport.sent.filter((mail) => mail.to === `${name}@example.com`)).toEqual([])
  }
})

it('leaves no mail of what was rolled back', async () => {
  await core.createLocation('Tiny', ['10.77.0.1/30'])
  const first = await core.startedEnrollment('roomy')
  await core.addDevice(first, 'Laptop')
  await core.mail('roomy@example.com', 'Laptop')
  const second = await core.startedEnrollment('crowded')
  await expect(core.addDevice(second, 'Laptop')).rejects.toThrow('no free address in location Tiny')
  expect(await rowsFor('crowded@example.com')).toEqual([])
})

it('shows no link to whoever reads the waiting row', async () => {
  await core.createUser('dumped')
  core.transport.failure = new Error('451 try again later')
  const { token } = await core.invite('dumped', { send_email: true })
  const row = await rowInState('dumped@example.com', 'failed')
  core.transport.failure = undefined
  const dump = [JSON.stringify(row), row.variables_sealed?.toString('latin1')].join('\n')
  const spellings = [
    token,
    ...(['hex', 'base64'] as const).map((form) => Buffer.from(token).toString(form)),
  ]
  for (const spelling of spellings) expect(dump).not.toContain(spelling)
  // The token is in there, for who has the key: otherwise the search above proves nothing.
  const sealer = new Sealer(core.config.secretKeys)
  expect(sealer.open(row.variables_sealed ?? Buffer.of(), `mail:${row.message_id}`)).toContain(
    token,
  )
})

/** A transport whose every sending lasts until it is told how it ends. */
function hangingTransport() {
  const messageIds: string[] = []
  let end = (_outcome: Promise<string>) => {}
  const ended = new Promise<string>((resolve) => {
    end = resolve
  })
  const transport: MailTransport = {
    send(_smtp, { messageId }) {
      messageIds.push(messageId)
      return ended
    },
    close() {},
  }
  return { transport, messageIds, end }
}

it('takes up the mail of a worker that is gone, as the same mail, whatever that one says later', async () => {
  const own = await startTestCore({ smtpSeed: undefined })
  const { clock } = own.seams
  await own.activate(await own.startedEnrollment('survivor'), PASSWORD)
  // Only the cores that hang look for mail once there is a server.
  await own.core.stop()
  await query(
    own.databaseUrl,
    `update settings set smtp_server = 'mail.example.com', smtp_port = 25, smtp_sender = 'it@example.com'`,
  )
  const [first, second] = [hangingTransport(), hangingTransport()]
  const gone = createCore(own.config, { clock, transport: first.transport })
  await gone.start()
  await waitFor(() => (first.messageIds.length === 2 ? true : undefined))
  const heir = createCore(own.config, { clock, transport: second.transport })
  await heir.start()
  own.advance(2 * MINUTE_MS)
  await waitFor(() => (second.messageIds.length === 2 ? true : undefined))
  expect(second.messageIds.sort()).toEqual(first.messageIds.sort())
  first.end(Promise.reject(new Error('451 too late')))
  await gone.stop()
  const state = () => rowsFor('survivor@example.com', own.databaseUrl)
  expect(await state()).toMatchObject([{ state: 'sending', attempts: 2 }])
  second.end(Promise.resolve('250 accepted'))
  await heir.stop()
  expect(await state()).toMatchObject([{ state: 'sent', attempts: 2 }])
  await own.restart()
  await own.stop()
})

it('keeps mail until there is a server, says so, and gives up after three days', async () => {
  const other = await startTestCore({ smtpSeed: undefined })
  await other.activate(await other.startedEnrollment('early'), PASSWORD)
  const url = other.databaseUrl
  await waitFor(async () =>
    (await rowsFor('early@example.com', url)).find((row) => row.last_error !== null),
  )
  expect(await rowsFor('early@example.com', url)).toMatchObject([
    { state: 'queued', last_error: 'mail server is not configured' },
  ])
  other.advance(72 * HOUR_MS)
  await rowInState('early@example.com', 'given_up', url)
  await other.activate(await other.startedEnrollment('late'), PASSWORD)
  const { settings } = await other.clients.settings.getSettings({})
  if (!settings) throw new Error('no settings came back')
  await other.clients.settings.updateSettings({
    settings: {
      ...settings,
      smtp_server: 'mail.example.com',
      smtp_port: 25,
      smtp_sender: 'it@example.com',
    },
    update_mask: ['smtp_server', 'smtp_port', 'smtp_sender'],
  })
  await other.mail('late@example.com')
  expect(other.transport.sent.filter((mail) => mail.to === 'early@example.com')).toEqual([])
  await other.stop()
})

it('forgets the link of a refused mail once its token is dead, and any mail after thirty days', async () => {
  await core.createUser('bounced')
  core.transport.failure = new MailRejected('550 no such user')
  await core.invite('bounced', { send_email: true, expires_in_seconds: 600 })
  const bounced = await rowInState('bounced@example.com', 'given_up')
  expect(bounced.variables_sealed).not.toBeNull()
  core.transport.failure = new Error('451 try again later')
  await core.activate(await core.startedEnrollment('unlucky'), PASSWORD)
  core.advance(10 * MINUTE_MS)
  await core.core.maintain()
  expect(await rowsFor('bounced@example.com')).toMatchObject([
    { state: 'given_up', last_error: '550 no such user', variables_sealed: null },
  ])
  core.advance(30 * 24 * HOUR_MS)
  const unlucky = await rowInState('unlucky@example.com', 'given_up')
  expect(unlucky.variables_sealed).not.toBeNull()
  await core.core.maintain()
  expect((await rowsFor('unlucky@example.com'))[0]?.variables_sealed).toBeNull()
  core.transport.failure = undefined
})

it('shows a hostile name as text in the welcome mail and in its subject', async () => {
  await core.clients.onboarding.setOnboarding({
    language: 'en',
    texts: {
      page: 'Hello **{{first_name}}**',
      mail: undefined,
      subject: 'Hi\r\nBcc: {{first_name}}',
    },
    reset: [],
  })
  const hostile = '<img src=x onerror=alert(1)> [x](http://y) {{username}}'
  await core.clients.users.createUser({
    request_id: '',
    username: 'hostile',
    email: 'hostile@example.com',
    first_name: hostile,
    last_name: 'Doe',
    phone: undefined,
    language: undefined,
    groups: [],
    password: undefined,
    invitation: undefined,
  })
  const { session_secret } = await core.start((await core.invite('hostile')).token)
  await core.activate(session_secret, PASSWORD)
  const mail = await core.mail('hostile@example.com')
  expect(mail.subject).toBe(`Hi Bcc: ${hostile}`)
  expect(mail.text).toContain(`Hello ${hostile}`)
  expect(mail.html).toContain(
    '&lt;img src=x onerror=alert(1)&gt; [x](http://y) {{username}}</strong>',
  )
  expect(mail.html).not.toContain('<img')
})

it('enrolls people although the stored text is broken, with the built-in one and a trace for the admins', async () => {
  await query(
    core.databaseUrl,
    `insert into onboarding_text (kind, language, text, author_name, created_at)
     values ('page', 'en', '{{ gone }}', 'admin', now())`,
  )
  await core.createUser('broken')
  const started = await core.start((await core.invite('broken')).token)
  expect(started.enrollment?.final_page_content).toContain('# Welcome to Defguard, Jo')
  await core.activate(started.session_secret, PASSWORD)
  expect((await core.mail('broken@example.com')).text).toContain('Welcome to Defguard, Jo')
  const rows = await query(
    core.databaseUrl,
    `select count(*)::int as count from audit_event where action = 'onboarding.render_failed'`,
  )
  expect(rows).toEqual([{ count: 2 }])
})
