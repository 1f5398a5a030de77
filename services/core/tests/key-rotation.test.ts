import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { SMTP_PASSWORD_IDENTITY } from '../src/app/instance-settings.js'
import { SEALED_COLUMNS } from '../src/app/sealed-columns.js'
import { createCore } from '../src/core.js'
import { Sealer } from '../src/domain/sealing.js'
import { chained, damage } from './_audit.js'
import { connect } from './_clients.js'
import { ADMIN_PASSWORD, MINUTE_MS, startTestCore, type TestCore } from './_core.js'
import { query } from './_database.js'
import { keyUses, rotate } from './_keys.js'
import { BY_APP, codeOf, finish, overlapping, startTotp } from './_mfa.js'
import { changeSettings } from './_settings.js'

const [OLD, NEW] = ['o'.repeat(64), 'n'.repeat(64)]
const PASSWORD = 'correct horse battery'

let core: TestCore
let totpSecret: string
let recoveryCodes: string[]
beforeEach(async () => {
  core = await startTestCore({ secretKeys: [OLD] })
  await core.createLocation('Office', ['10.1.0.1/24'])
  await changeSettings(core, { smtp_user: 'mailer', smtp_password: 'of the mailer' })
  const session = await core.startedEnrollment('anna')
  totpSecret = await startTotp(core, session)
  recoveryCodes = await finish(core, session, codeOf(core, totpSecret), BY_APP)
  await core.activate(session, PASSWORD)
  const pending = await core.startedEnrollment('pending')
  await finish(core, pending, codeOf(core, await startTotp(core, pending)), BY_APP)
  await core.clients.auth.setupTotp({ password: ADMIN_PASSWORD, code: undefined })
  core.transport.failure = new Error('out of order')
  await core.createUser('bert')
  await core.invite('bert', { send_email: true })
  await chained(core)
})
afterEach(() => core.stop())

const login = (login: string, password: string, code = '') =>
  core.clients.auth.login({ login, password, code }).then(
    () => 'in',
    (err) => err.details,
  )

it('knows every column whose name says that it is sealed', async () => {
  const columns = await query<{ name: string }>(
    core.databaseUrl,
    `select table_name || '.' || column_name as name from information_schema.columns
     where table_schema = 'public' and column_name like '%sealed%'`,
  )
  const known = SEALED_COLUMNS.map(({ table, column }) => `${table}.${column}`)
  expect(known.sort()).toEqual(columns.map(({ name }) => name).sort())
  for (const { table, column } of SEALED_COLUMNS) {
    const [row] = await query(core.databaseUrl, `select count(${column}) from "${table}"`)
    expect([table, column, Number(row?.count)]).not.toEqual([table, column, 0])
  }
})

it('moves everything sealed to a new key while core works, and lets the old one go', async () => {
  await core.restart({ secretKeys: [NEW, OLD] })
  const before = (await keyUses(core)).filter((use) => use.includes('sealed '))
  expect(before.every((use) => use.startsWith('previous 1: sealed'))).toBe(true)
  expect(new Set(before.map((use) => use.split(' ')[3])).size).toBe(SEALED_COLUMNS.length)
  const { resealed, unreadable } = await rotate(core)
  expect(resealed).toBeGreaterThanOrEqual(SEALED_COLUMNS.length)
  expect(unreadable).toBe(0)
  const after = await keyUses(core)
  expect(after.filter((use) => use.startsWith('previous'))).toEqual([
    'previous 1: password user.password_hash 2',
    'previous 1: recovery_codes recovery_code.code_hash 1',
  ])
  expect(await rotate(core)).toEqual({ resealed: 0, unreadable: 0 })

  // One that logs in takes their password with them, whose code is as good as before.
  expect(await login('anna', PASSWORD, recoveryCodes[0])).toBe('in')
  expect(await keyUses(core)).toContain('previous 1: password user.password_hash 1')
  await core.restart({ secretKeys: [NEW] })
  core.advance(MINUTE_MS)
  expect(await login('anna', PASSWORD, codeOf(core, totpSecret))).toBe('in')
  expect(await login('anna', PASSWORD, recoveryCodes[1])).toBe('Code invalid')
  expect(await core.clients.serverConfig('Office', true)).toContain('PrivateKey = ')
  core.transport.failure = undefined
  core.advance(MINUTE_MS)
  const mail = await core.mail('bert@example.com')
  expect(mail.text).toContain('dge_')
  expect(await damage(core)).toBe('none')
})

it('chains the events to come under another key than whoever had the old one', async () => {
  await core.restart({ secretKeys: [NEW, OLD] })
  await rotate(core)
  await chained(core)
  await rotate(core)
  await core.createUser('later')
  await chained(core)
  const keys = await query<{ first: string }>(
    core.databaseUrl,
    'select first_position as first from audit_key order by 1',
  )
  expect(keys.map(({ first }) => Number(first))).toEqual([1, expect.any(Number)])
  await core.restart({ secretKeys: [NEW] })
  expect(await damage(core)).toBe('none')
})

it('leaves what changes meanwhile as it is, on two cores at once', async () => {
  await core.restart({ secretKeys: [NEW, OLD] })
  const other = createCore(core.config, core.seams)
  await other.start()
  const clients = connect(other.port, () => core.bearer)
  // The change comes first: it has the shorter way to the row that somebody holds.
  const outcomes = await overlapping<unknown>(core, 'select from settings', [
    () => changeSettings(core, { smtp_user: 'mailer', smtp_password: 'another' }),
    () => rotate(core),
    () => rotate({ clients }),
  ])
  clients.close()
  await other.stop()
  expect(outcomes.map(({ status }) => status)).toEqual(Array(3).fill('fulfilled'))
  expect((await keyUses(core)).filter((use) => /previous.*sealed /.test(use))).toEqual([])
  const [row] = await query<{ sealed: Buffer }>(
    core.databaseUrl,
    'select smtp_password_sealed as sealed from settings',
  )
  const sealed = row?.sealed ?? Buffer.alloc(0)
  expect(new Sealer([NEW]).open(sealed, SMTP_PASSWORD_IDENTITY)).toBe('another')
})

it('refuses to start without a key that something is sealed under, and names the variable', async () => {
  const stuck = createCore({ ...core.config, secretKeys: [NEW] }, core.seams)
  await expect(stuck.start()).rejects.toThrow(
    /sealed under a secret key which is not configured \(1 of location.private_key_sealed, .*DEFGUARD_SECRET_KEY_PREVIOUS/,
  )
  await stuck.stop()
})

it('counts what cannot be opened, and moves the rest', async () => {
  await core.restart({ secretKeys: [NEW, OLD] })
  await query(
    core.databaseUrl,
    'update location set private_key_sealed = set_byte(private_key_sealed, 20, get_byte(private_key_sealed, 20) # 1)',
  )
  expect(await rotate(core)).toMatchObject({ unreadable: 1 })
  expect((await keyUses(core)).filter((use) => /previous.*sealed /.test(use))).toEqual([
    'previous 1: sealed location.private_key_sealed 1',
  ])
})

it('takes no password whose key was taken away, in the words of a wrong one', async () => {
  await core.restart({ secretKeys: [NEW, OLD] })
  await rotate(core)
  await core.restart({ secretKeys: [NEW] })
  expect(await login('admin', ADMIN_PASSWORD)).toBe('invalid username or password')
  expect(await keyUses(core)).toContain('missing: password user.password_hash 2')
})
