import { afterAll, beforeAll, expect, it } from '@jest/globals'
import fc from 'fast-check'
import * as core from '../../../core/src/domain/instance.js'
import { kindOfSecret } from '../../../core/src/domain/secret.js'
import { MINUTE_MS, newPublicKey } from '../../../core/tests/_core.js'
import { judgeToken } from '../../web/src/crypto/token-checksum.js'
import { deepLink, mobileQrText } from '../../web/src/flow/app-links.js'
import { type Pair, startPair } from '../_pair.js'
import { waitFor } from '../_proxy.js'
import { assertReadable } from '../clients/_everyone.js'

let pair: Pair

beforeAll(async () => {
  pair = await startPair()
  for (const [name, endpoint, dns] of [
    ['Office', 'vpn.example.com', ['10.1.0.53', 'corp.example.com']],
    ['Lab', '2001:db8::1', []],
  ] as const) {
    await pair.core.clients.locations.createLocation({
      request_id: '',
      name,
      addresses: name === 'Office' ? ['10.1.0.1/24', 'fd00:1::1/64'] : ['10.2.0.1/24'],
      endpoint,
      port: 51820,
      dns: [...dns],
      allowed_ips: name === 'Office' ? ['10.1.0.99/24', '10.5.0.0/16', 'fd00:1::/64'] : [],
      allow_all_groups: true,
      allowed_groups: [],
      keepalive_interval: undefined,
    })
  }
})
afterAll(() => pair.stop())

it('11.43 URLs, lists, endpoints and texts of a configuration are spelled as clients parse them', async () => {
  const body = { name: 'pc', pubkey: newPublicKey() }
  const made = await pair.call(await pair.session('formats'), 'create_device', body)
  assertReadable(made, 'deviceConfig')
  expect(made.json).toMatchObject({
    instance: { url: 'https://core.example.com/', proxy_url: 'https://enroll.example.com/' },
    configs: [
      {
        endpoint: 'vpn.example.com:51820',
        allowed_ips: '10.1.0.0/24,10.5.0.0/16,fd00:1::/64',
        assigned_ip: '10.1.0.2,fd00:1::2',
        dns: '10.1.0.53,corp.example.com',
      },
      { endpoint: '[2001:db8::1]:51820', assigned_ip: '10.2.0.2', dns: null },
    ],
  })
  const [office, lab] = (made.json?.configs ?? []) as { config: string; pubkey: string }[]
  expect(office?.config).toBe(
    [
      '[Interface]',
      'PrivateKey = YOUR_PRIVATE_KEY',
      'Address = 10.1.0.2,fd00:1::2',
      'DNS = 10.1.0.53,corp.example.com',
      '',
      '[Peer]',
      `PublicKey = ${office?.pubkey}`,
      'AllowedIPs = 10.1.0.0/24,10.5.0.0/16,fd00:1::/64',
      'Endpoint = vpn.example.com:51820',
      'PersistentKeepalive = 25',
    ].join('\n'),
  )
  expect(lab?.config).not.toContain('DNS')
})

it('11.44 deep link and QR code, of wizard and core, give back exactly the token and the URL', () => {
  const odd = fc.string({ unit: fc.constantFrom(...'+&%=#?/ aZ09_"é😀') })
  fc.assert(
    fc.property(odd, odd, (token, path) => {
      const url = `https://enroll.example.com/${path}`
      for (const link of [deepLink(token, url), core.deepLink(url, token)]) {
        expect(link).toMatch(/^defguard:\/\/addinstance\?/)
        expect([...new URL(link).searchParams]).toEqual([
          ['token', token],
          ['url', url],
        ])
      }
      for (const qr of [mobileQrText(token, url), core.mobileQr(url, token)]) {
        expect(JSON.parse(Buffer.from(qr, 'base64').toString('utf8'))).toEqual({ url, token })
      }
    }),
  )
})

it('11.45 the checksum of the example token holds, and no single changed character passes', () => {
  const token = 'dge_tCL7q3jjBItB2mLT2aAC514GiOwkGQs02E4Q2N'
  expect([judgeToken(token), kindOfSecret(token)]).toEqual(['enrollment', 'enrollment'])
  for (let at = 0; at < token.length; at++) {
    for (const other of 'aZ0_é') {
      if (other === token[at]) continue
      const changed = token.slice(0, at) + other + token.slice(at + 1)
      expect(['mistyped', 'foreign']).toContain(judgeToken(changed))
      expect(kindOfSecret(changed)).toBeUndefined()
    }
  }
})

/** Every row of every table as text. */
async function everything(): Promise<string[]> {
  const tables = await pair.query(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname not in ('pg_catalog', 'information_schema')`,
  )
  const rows: string[] = []
  for (const { name } of tables) {
    const texts = await pair.query(`select t::text as row from ${name} t order by 1`)
    rows.push(...texts.map(({ row }) => `${name} ${row}`))
  }
  return rows
}

it('11.48 a GET, however often and of what, starts no clock and changes no row', async () => {
  const token = await pair.invite('scanned')
  const made = await pair.call(await pair.session('scanner'), 'create_device', {
    name: 'pc',
    pubkey: newPublicKey(),
  })
  const cookie = await pair.session('reader')
  // What core still does by itself about what has happened so far.
  const pending = `select from mail where state in ('queued', 'sending')
    union all select from audit_event where id not in (select event_id from audit_link)`
  await waitFor(async () => (await pair.query(pending)).length === 0)
  const before = await everything()
  const paths = [
    `/?token=${token}`,
    `/api/v1/enrollment/start?token=${token}`,
    `/api/v1/poll?token=${made.json?.token}`,
    '/password-reset?token=dgr_x',
    ...['activate_user', 'create_device', 'network_info', 'session', 'note', 'request_link'].map(
      (path) => `/api/v1/enrollment/${path}`,
    ),
    ...['info', 'instance', 'health', 'health-grpc', 'openapi.json'].map(
      (path) => `/api/v1/${path}`,
    ),
    ...['request', 'start', 'reset'].map((path) => `/api/v1/password-reset/${path}`),
  ]
  for (const path of [...paths, ...paths]) await pair.proxy.get(path, { Cookie: cookie })
  expect(await everything()).toEqual(before)
  pair.core.advance(15 * MINUTE_MS)
  const started = await pair.start(token)
  const now = Math.floor(pair.core.time.now.getTime() / 1000)
  expect(started).toMatchObject({ status: 200, json: { deadline_timestamp: now + 600 } })
})

it('11.49 the limits stop a flood and guesses, and no office full of clients', async () => {
  const limited = await pair.replica({ rateLimit: { perSecond: 20, burst: 200 } })
  const made = await pair.call(await pair.session('office'), 'create_device', {
    name: 'pc',
    pubkey: newPublicKey(),
  })
  const poll = () => limited.post('/poll', { token: made.json?.token })
  const start = (token: string) => limited.post('/enrollment/start', { token })
  const guesses: number[] = []
  for (let i = 0; i < 21; i++) guesses.push((await start(`dge_${i}`)).status)
  expect(guesses).toEqual([...Array.from({ length: 20 }, () => 401), 429])
  expect((await poll()).status).toBe(200)
  expect((await start(await pair.invite('honest'))).status).toBe(200)

  limited.advance(MINUTE_MS)
  const flood = await Promise.all(Array.from({ length: 400 }, () => limited.get('/api/v1/info')))
  const stopped = flood.filter(({ status }) => status === 429)
  expect(stopped).toHaveLength(200)
  for (const { headers } of stopped)
    expect(Number(headers['retry-after'])).toBeGreaterThanOrEqual(1)

  limited.advance(MINUTE_MS)
  for (let i = 0; i < 50; i++) {
    limited.advance(600)
    const answers = await Promise.all(Array.from({ length: 10 }, poll))
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
  }
})
