import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals'
import { FakeCore, SESSION_SECRET } from './_fake-core.js'
import { waitFor } from './_proxy.js'
import { deviceConfig, enrollment, PUBKEY } from './_samples.js'

const FILTER = new URL('../../../docker/fail2ban/filter-defguard.conf', import.meta.url)
const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url))

const core = new FakeCore()
const children: ChildProcess[] = []

beforeAll(() => core.start())
beforeEach(() => {
  core.answer = undefined
})
afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
  core.stop()
})

/** The built program as it runs in production. */
function launch(env: Record<string, string>) {
  const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  children.push(child)
  const output = { text: '' }
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (piece: string) => {
      output.text += piece
    })
  }
  const ended = once(child, 'close').then(([code]) => code as number)
  return { child, output, ended }
}

const variables = () => ({
  DEFGUARD_CORE_GRPC_URL: `http://127.0.0.1:${core.port}`,
  DEFGUARD_GRPC_INSECURE: 'loopback',
  DEFGUARD_PROXY_URL: 'http://localhost/',
  DEFGUARD_HTTP_BIND_ADDRESS: '127.0.0.1',
  DEFGUARD_PROXY_HTTP_PORT: '0',
  DEFGUARD_LOG_LEVEL: 'debug',
})

async function send(port: number, path: string, body?: string, headers = {}): Promise<number> {
  const method = body === undefined ? 'GET' : 'POST'
  const req = request({ host: '127.0.0.1', port, path, method, headers, agent: false })
  const answered = once(req, 'response')
  req.end(body)
  const [res] = await answered
  res.resume()
  await once(res, 'end')
  return res.statusCode
}

const TOKEN = 'dge_tCL7q3jjBItB2mLT2aAC514GiOwkGQs02E4Q2N'
const PASSWORD = 'Tulip rain 4711?'
const PHONE = '+48 600 555 123'

/** A secret as it may hide in a log. */
function spellingsOf(secret: string): string[] {
  const bytes = Buffer.from(secret)
  return [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    bytes.toString('hex'),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
  ]
}

it('logs each request, and no token, cookie, password or body at any level', async () => {
  const { child, output, ended } = launch(variables())
  const port = await waitFor(() => {
    const [, text] = /"address":"127.0.0.1:(\d+)"/.exec(output.text) ?? []
    return text === undefined ? undefined : Number(text)
  })

  const json = {
    'Content-Type': 'application/json',
    Cookie: `defguard_proxy=${SESSION_SECRET}`,
    Authorization: `Bearer ${TOKEN}`,
    'User-Agent': TOKEN,
  }
  const call = (path: string, body: unknown) =>
    send(port, `/api/v1/enrollment/${path}?token=${TOKEN}`, JSON.stringify(body), json)
  expect(await call('start', { token: TOKEN })).toBe(200)
  expect(await call('activate_user', { password: PASSWORD, phone_number: PHONE })).toBe(200)
  expect(await call('create_device', { name: 'x', pubkey: PUBKEY })).toBe(200)
  expect(await call('start', { [TOKEN]: PASSWORD })).toBe(422)
  expect(await send(port, '/api/v1/enrollment/start', TOKEN, json)).toBe(400)
  expect(await send(port, `/api/v1/${TOKEN}`, '{}', json)).toBe(404)
  expect(await send(port, `/assets/${TOKEN}?token=${TOKEN}`)).toBe(404)
  expect(await send(port, `/?token=${TOKEN}`)).toBe(200)
  expect(await send(port, '/api/v1/health')).toBe(200)
  core.refuse(16, 'invalid token', 'token_unknown')
  expect(await call('start', { token: TOKEN })).toBe(401)
  // What a broken core says is logged in full, so a canary there proves that the search finds.
  const canary = 'canary 4711 ü'
  core.refuse(13, canary)
  expect(await call('activate_user', { password: PASSWORD })).toBe(500)
  core.answer = () => ({ session_secret: `${SESSION_SECRET};`, enrollment })
  expect(await call('start', { token: TOKEN })).toBe(502)
  core.answer = () => ({ device_config: { ...deviceConfig, instance: undefined } })
  expect(await call('create_device', { name: 'x', pubkey: PUBKEY })).toBe(502)

  child.kill('SIGTERM')
  expect(await ended).toBe(0)
  const log = output.text
  expect(spellingsOf(canary).some((spelling) => log.includes(spelling))).toBe(true)
  for (const secret of [TOKEN, PASSWORD, PHONE, SESSION_SECRET, PUBKEY, deviceConfig.token ?? '']) {
    for (const spelling of spellingsOf(secret)) expect(log).not.toContain(spelling)
  }

  const lines = log
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const requests = lines.filter(({ msg }) => msg === 'request')
  expect(requests).toHaveLength(13)
  expect(requests[0]).toMatchObject({
    level: 'info',
    method: 'POST',
    route: '/api/v1/enrollment/start',
    status: 200,
    ms: expect.any(Number),
    requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
  })
  expect(requests.find(({ route }) => route === '/api/v1/health').level).toBe('debug')
  expect(requests.filter(({ route }) => route === '/api/…')).toHaveLength(1)
})

it('warns what it means to do without TLS', async () => {
  const { child, output, ended } = launch(variables())
  await waitFor(() => output.text.includes('proxy is ready'))
  child.kill('SIGTERM')
  await ended
  const lines = output.text.trim().split('\n')
  expect(lines.map((line) => JSON.parse(line))).toContainEqual(
    expect.objectContaining({
      level: 'warn',
      msg: expect.stringMatching(/^DEFGUARD_GRPC_INSECURE=loopback: there is no TLS/),
    }),
  )
})

it.each<[string, Record<string, string>, number, string]>([
  ['a variable is missing', { DEFGUARD_PROXY_URL: '' }, 78, 'DEFGUARD_PROXY_URL must be set.\n'],
  [
    'core would be asked in the clear',
    { DEFGUARD_GRPC_INSECURE: '' },
    78,
    'DEFGUARD_CORE_GRPC_URL must be https; http needs a loopback host and DEFGUARD_GRPC_INSECURE=loopback.\n',
  ],
])('ends with one sentence when %s', async (_what, changes, code, sentence) => {
  const { output, ended } = launch({ ...variables(), ...changes })
  expect(await ended).toBe(code)
  expect(output.text).toBe(sentence)
})

it('logs whom it has refused too many requests, as the filter for fail2ban reads it', async () => {
  const { child, output, ended } = launch({
    ...variables(),
    DEFGUARD_PROXY_TRUSTED: '127.0.0.1',
    DEFGUARD_PROXY_RATELIMIT_BURST: '1',
    DEFGUARD_PROXY_RATELIMIT_PERSECOND: '1',
  })
  const port = Number(await waitFor(() => /"address":"127.0.0.1:(\d+)"/.exec(output.text)?.[1]))
  const headers = { 'X-Forwarded-For': '2001:db8::7', 'User-Agent': '","ip":"203.0.113.66"' }
  const statuses: number[] = []
  for (let i = 0; i < 40; i++) statuses.push(await send(port, '/api/v1/info', undefined, headers))
  expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(20)
  child.kill('SIGTERM')
  await ended
  const [, failregex = ''] = /^failregex = (.*)$/m.exec(readFileSync(FILTER, 'utf8')) ?? []
  const filter = new RegExp(failregex.replace('<ADDR>', '(?<address>[0-9a-f.:]+)'))
  const lines = output.text.split('\n')
  const addresses = lines.flatMap((line) => filter.exec(line)?.groups?.address ?? [])
  expect(addresses).toEqual(Array.from({ length: 20 }, () => '2001:db8::7'))
})

it('ends when its port is taken', async () => {
  const { output, ended } = launch({
    ...variables(),
    DEFGUARD_PROXY_HTTP_PORT: String(core.port),
  })
  expect(await ended).toBe(1)
  expect(output.text).toContain('EADDRINUSE')
})
