import { status } from '@grpc/grpc-js'
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals'
import { refusal } from './_access.js'
import { startTestCore, type TestCore } from './_core.js'
import { query, whileHolding } from './_database.js'
import { changeSettings } from './_settings.js'
import { makeCertificates } from './_smtp.js'

let core: TestCore
let certificates: ReturnType<typeof makeCertificates>
beforeAll(async () => {
  core = await startTestCore()
  certificates = makeCertificates()
})
afterAll(() => core.stop())
beforeEach(() => change({ smtp_user: undefined, smtp_password: undefined, smtp_ca: undefined }))

const change = (values: Parameters<typeof changeSettings>[1]) => changeSettings(core, values)

it('takes a login whole or not at all, and names the half that is missing', async () => {
  expect(await refusal(change({ smtp_user: 'mailer' }))).toMatchObject({
    code: status.INVALID_ARGUMENT,
    message: 'smtp_password: must be set, and cleared, together with smtp_user',
  })
  expect(await refusal(change({ smtp_password: 's3cret' }))).toMatchObject({
    message: 'smtp_user: must be set, and cleared, together with smtp_password',
  })
  await change({ smtp_user: 'mailer', smtp_password: 's3cret' })
  const renamed = await change({ smtp_user: 'other' })
  expect(renamed).toMatchObject({ smtp_user: 'other', smtp_password_set: true })
  expect(await refusal(change({ smtp_user: undefined }))).toMatchObject({
    message: 'smtp_user: must be set, and cleared, together with smtp_password',
  })
  const cleared = await change({ smtp_user: undefined, smtp_password: undefined })
  expect(cleared).toMatchObject({ smtp_user: undefined, smtp_password_set: false })
})

it('lets two changes at once leave no half of a login', async () => {
  await change({ smtp_user: 'mailer', smtp_password: 's3cret' })
  const [clearing, changing] = await whileHolding(
    core.databaseUrl,
    'select from settings for update',
    2,
    () =>
      Promise.allSettled([
        change({ smtp_user: undefined, smtp_password: undefined }),
        change({ smtp_password: 'changed' }),
      ]),
  )
  expect(clearing.status).toBe('fulfilled')
  if (changing.status === 'rejected')
    expect(changing.reason).toMatchObject({ code: status.INVALID_ARGUMENT })
  const { smtp_user, smtp_password_set } = await change({ smtp_port: 25 })
  expect({ smtp_user, smtp_password_set }).toEqual({
    smtp_user: undefined,
    smtp_password_set: false,
  })
})

it('shows the password in no reply, refusal or audit row', async () => {
  const password = 'Hush-4711-\u0007'
  const refused = await refusal(change({ smtp_user: 'mailer', smtp_password: password }))
  expect(refused.message).toBe(
    'smtp_password: must be 1 to 255 characters, without control characters',
  )
  const reply = await change({ smtp_user: 'mailer', smtp_password: 'Hush-4711' })
  expect(JSON.stringify(reply)).not.toContain('Hush')
  const rows = await query<{ row: string }>(
    core.databaseUrl,
    `select a::text as row from audit_event a where action = 'settings.updated'
     union all select s::text from settings s`,
  )
  const dump = rows.map(({ row }) => row).join('\n')
  expect(dump).toContain('smtpPassword')
  for (const spelling of ['Hush', Buffer.from('Hush').toString('hex')])
    expect(dump).not.toContain(spelling)
})

it('takes certificates as openssl writes them, shows them, and no private key', async () => {
  const { ca, cert, key } = certificates
  const bundle = `subject=CN = Private CA\n${ca}\nsubject=CN = mail\n${cert}`
  expect(await change({ smtp_ca: bundle })).toMatchObject({ smtp_ca: bundle.trim() })
  const damaged = ca.replace(/[A-Za-z0-9+/]{20}\n/, '\n')
  for (const [smtp_ca, problem] of [
    ['no certificate', 'must be a certificate as PEM text'],
    [cert + key, 'must hold certificates only, and no private key'],
    [
      key.split('\n').slice(0, -2).join('\n') + cert,
      'must hold certificates only, and no private key',
    ],
    [ca + damaged, 'certificate 2 cannot be read'],
    [ca.repeat(200), 'must be at most 64 KiB'],
  ] as const) {
    const refused = await refusal(change({ smtp_ca }))
    expect(refused).toMatchObject({
      code: status.INVALID_ARGUMENT,
      message: `smtp_ca: ${problem}`,
    })
  }
})

it('takes a time of 1 to 60 seconds, and hosts with IPv6 addresses in brackets or without', async () => {
  expect(await change({ smtp_timeout_seconds: 60 })).toMatchObject({ smtp_timeout_seconds: 60 })
  for (const smtp_timeout_seconds of [0, 61, -1]) {
    expect(await refusal(change({ smtp_timeout_seconds }))).toMatchObject({
      message: 'smtp_timeout_seconds: must be 1 to 60',
    })
  }
  expect(await change({ smtp_server: '[2001:db8::25]' })).toMatchObject({
    smtp_server: '2001:db8::25',
  })
  for (const smtp_server of ['mail.example.com:25', 'smtp://mail', '', 'a b'])
    expect(await refusal(change({ smtp_server }))).toMatchObject({
      message: 'smtp_server: must be a host name or an IP address',
    })
})

it('follows the environment only in a database that is fresh', async () => {
  const seeded = await startTestCore({
    smtpSeed: {
      server: 'first.example.com',
      port: 465,
      encryption: 'implicittls',
      sender: 'it@example.com',
      user: 'mailer',
      password: 's3cret',
      ca: certificates.ca,
      timeoutMs: 30_000,
    },
  })
  const settingsOf = async () => (await seeded.clients.settings.getSettings({})).settings
  expect(await settingsOf()).toMatchObject({
    smtp_server: 'first.example.com',
    smtp_user: 'mailer',
    smtp_password_set: true,
    smtp_ca: certificates.ca,
    smtp_timeout_seconds: 30,
  })
  await changeSettings(seeded, { smtp_server: 'second.example.com' })
  await seeded.restart()
  expect(await settingsOf()).toMatchObject({ smtp_server: 'second.example.com' })
  await seeded.stop()
})
