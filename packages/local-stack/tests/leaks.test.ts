import { generateKeyPairSync } from 'node:crypto'
import { appendFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import pg from 'pg'
import { auditKeyIdentity } from '../../../services/core/src/app/audit-keys.js'
import { Sealer } from '../../../services/core/src/domain/sealing.js'
import { totpAt } from '../../../services/enrollment-proxy/tests/clients/_totp.js'
import { runCli, runCliJson, runCliWithToken } from './_cli.js'
import { invite } from './_invitations.js'
import { readMail } from './_mails.js'
import {
  findSecrets,
  findSecretsInDatabase,
  findSecretsInLogs,
  formsOf,
  type Secrets,
} from './_secrets.js'
import { startTestStack, type TestStack } from './_stack.js'

const PASSWORD = 'Tulip & rain/29 +ö'
const NEW_PASSWORD = 'Rain & tulip/92 +ü'
const REFUSED_PASSWORD = 'lovelace-1815!'
const NOTE = 'I am no longer called Augusta'
const REFUSED_TOKEN = 'dge_tCL7q3jjBItB2mLT2aAC514GiOwkGQs02E4Q2N'
const CANARY = 'Canary & co/7 +ü in a coal mine'

let stack: TestStack
let secrets: Secrets
/** The answers of calls that failed. */
const refusals: string[] = []

beforeAll(async () => {
  stack = await startTestStack({ logLevel: 'debug' })
  secrets = await enroll()
}, 60_000)
afterAll(() => stack?.stop())

/** Enrollments, devices and a reset with everything that can go wrong on the way; all secrets of them. */
async function enroll(): Promise<Secrets> {
  const { info } = stack
  const person = await invite(info, 'Ada')
  const byHand = await invite(info, 'Grace')
  await readMail(info, person.email, person.token)
  await post('/enrollment/start', { token: REFUSED_TOKEN })
  await post(`/enrollment/start?token=${person.token}`, { token: person.token })
  await fetch(`${info.proxyUrl}/?token=${person.token}`)
  const cookie = (await post('/enrollment/start', { token: person.token })).cookie
  await post('/enrollment/note', { text: NOTE }, cookie)
  await post('/enrollment/request_link', { token: byHand.token })
  const factor = await setUpMfa(cookie)
  const refused = await post('/enrollment/activate_user', { password: REFUSED_PASSWORD }, cookie)
  expect(refused.reply.reason).toBe('password_personal')
  await post('/enrollment/activate_user', { password: { nested: PASSWORD } }, cookie)
  await post('/enrollment/activate_user', { password: PASSWORD }, cookie)
  const devices = await addDevices(cookie, person.username)
  const reset = await resetPassword(person.email)
  await runCli({ ...info, adminPassword: PASSWORD }, 'user', 'list')
  const server = await runCli(info, 'location', 'server-config', 'Sample office')
  const locationKey = /PrivateKey = (\S+)/.exec(server.stdout)?.[1] ?? ''
  const { key: secretKey, database } = await configuration()
  const all = {
    'enrollment token': person.token,
    'other token': byHand.token,
    'refused token': REFUSED_TOKEN,
    session: secretOf(cookie),
    note: NOTE,
    ...factor,
    password: PASSWORD,
    'refused password': REFUSED_PASSWORD,
    ...devices,
    ...reset,
    'location key': locationKey,
    'location key, raw': Buffer.from(locationKey, 'base64'),
    'admin password': info.adminPassword,
    'API token': await useApiToken(),
    ...(await auditKey(secretKey)),
    'secret key': secretKey,
    'database password': database,
  }
  for (const [what, secret] of Object.entries(all)) {
    if (secret.length < 8) throw new Error(`There is no ${what} to search for.`)
  }
  return all
}

/** What the audit log is chained with. */
async function auditKey(secretKey: string): Promise<Record<string, string | Buffer>> {
  const client = new pg.Client(stack.info.databaseUrl)
  await client.connect()
  const { rows } = await client.query('select first_position, key_sealed from audit_key')
  await client.end()
  const identity = auditKeyIdentity(Number(rows[0].first_position))
  const key = new Sealer([secretKey]).open(rows[0].key_sealed, identity)
  return { 'audit key': key, 'audit key, raw': Buffer.from(key, 'base64') }
}

/** A program's token that does something, is refused, is revoked and comes back. */
async function useApiToken(): Promise<string> {
  const { info } = stack
  const create = ['api-token', 'create', 'report', '--scope', 'users:read']
  const { id, token } = await runCliJson<{ id: number; token: string }>(info, ...create)
  const run = (...args: string[]) => runCliWithToken(info, token, ...args)
  expect((await run('user', 'list')).code).toBe(0)
  expect((await run('settings', 'get')).code).toBe(3)
  await runCli(info, 'api-token', 'revoke', String(id), '--yes')
  expect((await run('user', 'list')).code).toBe(3)
  return token
}

async function setUpMfa(cookie: string): Promise<Record<string, string>> {
  const step = (name: string, body: object) =>
    post(`/enrollment/register-mfa/code/${name}`, { method: 'Totp', ...body }, cookie)
  const secret = String((await step('start', {})).reply.totp_secret)
  await step('finish', { code: '000000' })
  const { reply } = await step('finish', { code: totpAt(secret, new Date()) })
  const [first = '', last = ''] = [reply.recovery_codes?.[0], reply.recovery_codes?.at(-1)]
  return { 'TOTP secret': secret, 'recovery code': first, 'last recovery code': last }
}

/** A person's device that is updated and polls, one by a desktop token, and an unattended one. */
async function addDevices(
  cookie: string,
  username: string,
): Promise<Record<string, string | Buffer>> {
  const { info } = stack
  const mine = newKeyPair()
  const created = await post(
    '/enrollment/create_device',
    { name: 'Laptop', pubkey: mine.pubkey },
    cookie,
  )
  const updated = await post('/enrollment/network_info', { pubkey: mine.pubkey }, cookie)
  await post('/poll', { token: updated.token })
  await post('/poll', { token: created.token })
  await post(
    '/enrollment/register_mobile',
    { auth_pub_key: newKeyPair().pubkey, device_pub_key: mine.pubkey },
    cookie,
  )
  const place = ['--name', 'printer', '--location', 'Sample office']
  const tokens = [
    (await runCliJson<{ token: string }>(info, 'desktop', 'start', username)).token,
    (await runCliJson<{ token: string }>(info, 'device', 'create-network', ...place)).token,
  ] as const
  const sessions: string[] = []
  for (const token of tokens) {
    const started = await post('/enrollment/start', { token })
    const device = { name: 'Another', pubkey: newKeyPair().pubkey }
    const { token: polling } = await post('/enrollment/create_device', device, started.cookie)
    sessions.push(secretOf(started.cookie), polling)
  }
  const [desktop = '', desktopPolling = '', network = '', networkPolling = ''] = sessions
  return {
    'device key': mine.privateKey,
    'device key, raw': Buffer.from(mine.privateKey, 'base64'),
    'polling token': created.token,
    'newer polling token': updated.token,
    'desktop token': tokens[0],
    'desktop session': desktop,
    'polling token of the desktop': desktopPolling,
    'network-device token': tokens[1],
    'network-device session': network,
    'polling token of the network device': networkPolling,
  }
}

async function resetPassword(email: string): Promise<Record<string, string>> {
  await post('/password-reset/request', { email })
  const mail = await readMail(stack.info, email, /password-reset#token=/)
  const token = /#token=(dgr_\w+)/.exec(mail.text)?.[1] ?? ''
  await fetch(`${stack.info.proxyUrl}/password-reset?token=${token}`)
  const { cookie } = await post('/password-reset/start', { token })
  await post('/password-reset/reset', { password: REFUSED_PASSWORD }, cookie)
  await post('/password-reset/reset', { password: NEW_PASSWORD }, cookie)
  return { 'reset token': token, 'reset session': secretOf(cookie), 'new password': NEW_PASSWORD }
}

function newKeyPair(): { pubkey: string; privateKey: string } {
  const key = generateKeyPairSync('x25519')
  const [pubkey = '', privateKey = ''] = [
    key.publicKey.export({ format: 'der', type: 'spki' }),
    key.privateKey.export({ format: 'der', type: 'pkcs8' }),
  ].map((der) => der.subarray(-32).toString('base64'))
  return { pubkey, privateKey }
}

const secretOf = (cookie: string): string => cookie.split('=')[1] ?? ''

async function configuration(): Promise<{ key: string; database: string }> {
  const key = (await readFile(join(stack.dir, 'secret-key'), 'utf8')).trim()
  return { key, database: new URL(stack.info.databaseUrl).password }
}

interface Reply {
  readonly reason?: string
  readonly token?: string
  readonly totp_secret?: string
  readonly recovery_codes?: string[]
}

async function post(path: string, body: unknown, cookie = '') {
  const response = await fetch(`${stack.info.proxyUrl}/api/v1${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Cookie: cookie },
    body: JSON.stringify(body),
  })
  const text = await response.text()
  if (!response.ok) refusals.push(text)
  const reply = JSON.parse(text) as Reply
  const [session = ''] = response.headers.getSetCookie()
  return { reply, token: reply.token ?? '', cookie: session.split(';')[0] ?? '' }
}

it('11.41 leaves no secret of a run in any refusal or log, at the most talkative level', () => {
  expect(refusals.length).toBeGreaterThan(5)
  expect(findSecrets(refusals.join('\n'), secrets)).toEqual([])
  expect(findSecretsInLogs(join(stack.dir, 'logs'), secrets)).toEqual([])
})

it('leaves no secret of a run in any table of the database', async () => {
  expect(await findSecretsInDatabase(stack.info.databaseUrl, secrets)).toEqual([])
})

it('leaves no secret of a run in what is exported of the audit log, which is intact', async () => {
  const { stdout } = await runCli(stack.info, 'audit', 'export')
  expect(stdout.split('\n').length).toBeGreaterThan(30)
  expect(findSecrets(stdout, secrets)).toEqual([])
  const verified = await runCliJson<{ intact: boolean }>(stack.info, 'audit', 'verify')
  expect(verified).toMatchObject({ intact: true, damage: null })
})

it('finds a canary in a log and in a table, however it is spelled', async () => {
  const forms = Object.entries(formsOf(CANARY))
  for (const [form, spelling] of forms) {
    expect(findSecrets(`before ${spelling} after`, { CANARY })).toContain(`CANARY (${form})`)
  }
  const [, hex = ''] = forms.find(([form]) => form === 'hex') ?? []
  await appendFile(join(stack.dir, 'logs', 'core.log'), `{"msg":${JSON.stringify(CANARY)}}\n`)
  expect(findSecretsInLogs(join(stack.dir, 'logs'), { CANARY })).toContain(
    'core.log: CANARY (plain)',
  )
  const client = new pg.Client(stack.info.databaseUrl)
  await client.connect()
  await client.query(`update settings set support_contact_name = $1`, [`see ${hex}`])
  await client.end()
  expect(await findSecretsInDatabase(stack.info.databaseUrl, { CANARY })).toEqual([
    'public.settings: CANARY (hex)',
  ])
})
