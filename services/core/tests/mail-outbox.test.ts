import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { Sealer } from '../src/domain/sealing.js'
import { MailRejected } from '../src/mail/transport.js'
import { HOUR_MS, MINUTE_MS, startTestCore, type TestCore, waitFor } from './_core.js'
import { mailInState, mailRows } from './_mail-rows.js'
import { changeSettings } from './_settings.js'

const PASSWORD = 'correct horse battery'

let core: TestCore
beforeAll(async () => {
  core = await startTestCore()
})
afterAll(() => core.stop())

const rowsFor = (recipient: string, url = core.databaseUrl) => mailRows(url, recipient)
const rowInState = (recipient: string, state: string, url = core.databaseUrl) =>
  mailInState(url, recipient, state)

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
    { kind: 'enrollment_invitation', state: 'given_up', variables_sealed: null },
    { kind: 'enrollment_reminder', state: 'cancelled', variables_sealed: null },
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
  const smtp_server = 'mail.example.com'
  await changeSettings(other, { smtp_server, smtp_port: 25, smtp_sender: 'it@example.com' })
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
