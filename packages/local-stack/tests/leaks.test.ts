import { generateKeyPairSync } from 'node:crypto'
import { appendFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import pg from 'pg'
import { runCli } from './_cli.js'
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
const REFUSED_PASSWORD = 'ada-1815!'
const REFUSED_TOKEN = 'dge_tCL7q3jjBItB2mLT2aAC514GiOwkGQs02E4Q2N'
const CANARY = 'Canary & co/7 +ü in a coal mine'

let stack: TestStack
let secrets: Secrets

beforeAll(async () => {
  stack = await startTestStack({ logLevel: 'debug' })
  secrets = await enroll()
}, 60_000)
afterAll(() => stack?.stop())

/** Two people's enrollments with everything that can go wrong on the way; all secrets of them. */
async function enroll(): Promise<Secrets> {
  const { info } = stack
  const person = await invite(info, 'Ada')
  const byHand = await invite(info, 'Grace')
  await readMail(info, person.email, person.token)
  await post('/enrollment/start', { token: REFUSED_TOKEN })
  await post(`/enrollment/start?token=${person.token}`, { token: person.token })
  await fetch(`${info.proxyUrl}/?token=${person.token}`)
  const cookie = (await post('/enrollment/start', { token: person.token })).cookie
  await post('/enrollment/activate_user', { password: REFUSED_PASSWORD }, cookie)
  await post('/enrollment/activate_user', { password: { nested: PASSWORD } }, cookie)
  await post('/enrollment/activate_user', { password: PASSWORD }, cookie)
  const key = generateKeyPairSync('x25519')
  const [pubkey = '', privateKey = ''] = [
    key.publicKey.export({ format: 'der', type: 'spki' }),
    key.privateKey.export({ format: 'der', type: 'pkcs8' }),
  ].map((der) => der.subarray(-32).toString('base64'))
  const created = await post('/enrollment/create_device', { name: 'Laptop', pubkey }, cookie)
  const updated = await post('/enrollment/network_info', { pubkey }, cookie)
  await runCli({ ...info, adminPassword: PASSWORD }, 'user', 'list')
  const server = await runCli(info, 'location', 'server-config', 'Sample office')
  const locationKey = /PrivateKey = (\S+)/.exec(server.stdout)?.[1] ?? ''
  const { key: secretKey, database } = await configuration()
  const all = {
    'enrollment token': person.token,
    'other token': byHand.token,
    'refused token': REFUSED_TOKEN,
    session: cookie.split('=')[1] ?? '',
    password: PASSWORD,
    'refused password': REFUSED_PASSWORD,
    'polling token': created.token,
    'newer polling token': updated.token,
    'device key': privateKey,
    'device key, raw': Buffer.from(privateKey, 'base64'),
    'location key': locationKey,
    'location key, raw': Buffer.from(locationKey, 'base64'),
    'admin password': info.adminPassword,
    'secret key': secretKey,
    'database password': database,
  }
  for (const [what, secret] of Object.entries(all)) {
    if (secret.length < 8) throw new Error(`There is no ${what} to search for.`)
  }
  return all
}

async function configuration(): Promise<{ key: string; database: string }> {
  const key = (await readFile(join(stack.dir, 'secret-key'), 'utf8')).trim()
  return { key, database: new URL(stack.info.databaseUrl).password }
}

async function post(path: string, body: unknown, cookie = '') {
  const response = await fetch(`${stack.info.proxyUrl}/api/v1${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Cookie: cookie },
    body: JSON.stringify(body),
  })
  const reply = (await response.json()) as { token?: string }
  const [session = ''] = response.headers.getSetCookie()
  return { token: reply.token ?? '', cookie: session.split(';')[0] ?? '' }
}

it('leaves no secret of a run in any log, at the most talkative level', () => {
  expect(findSecretsInLogs(join(stack.dir, 'logs'), secrets)).toEqual([])
})

it('leaves no secret of a run in any table of the database', async () => {
  expect(await findSecretsInDatabase(stack.info.databaseUrl, secrets)).toEqual([])
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
