import { describe, expect, it } from '@jest/globals'
import type { Answer } from '../_proxy.js'
import { answersFor, FAMILIES, type Family } from './_answers.js'
import { CookieJar } from './_jar.js'
import { readBody } from './_json.js'
import { speaksProtocol16 } from './_versions.js'

const INSTANCE = {
  id: '0b0f7e9e-6f0e-4a55-9a0c-0d7b6a4f2f10',
  name: 'Example Corp',
  url: 'https://core.example.com/',
  proxy_url: 'https://enroll.example.com/',
  username: 'jdoe',
  enterprise_enabled: true,
  disable_all_traffic: false,
  openid_display_name: null,
  client_traffic_policy: 0,
}

const START = {
  admin: { name: 'Adam Min', phone_number: null, email: 'adam@example.com' },
  user: {
    first_name: 'Jo',
    last_name: 'Doe',
    login: 'jdoe',
    email: 'jo@example.com',
    phone_number: null,
    is_active: true,
    device_names: ['pc'],
    enrolled: false,
    is_admin: false,
  },
  deadline_timestamp: 1767225600,
  final_page_content: '',
  instance: INSTANCE,
  settings: {
    vpn_setup_optional: true,
    only_client_activation: false,
    admin_device_management: false,
    smtp_configured: true,
    mfa_required: false,
  },
}

const KEY = '7yYOmqPGc68kDReiZgSANhqOCB0f/soqXtDjIZ/BhWc='

const CONFIG = {
  network_id: 1,
  network_name: 'Office',
  config: '[Interface]',
  endpoint: '[2001:db8::1]:51820',
  assigned_ip: '10.1.0.7,fd00::7',
  pubkey: KEY,
  allowed_ips: '10.1.0.0/24,fd00::/64',
  dns: null,
  mfa_enabled: false,
  keepalive_interval: 25,
  location_mfa_mode: 1,
  service_location_mode: 1,
}

const DEVICE = {
  device: { id: 7, name: 'pc', pubkey: KEY, user_id: 3, created_at: 1767225000 },
  configs: [CONFIG],
  instance: INSTANCE,
  token: 'dgp_x',
}

const POLL = { device_config: { ...DEVICE, token: null } }

const json = (text: string): Answer => ({
  status: 200,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  text,
  json: undefined,
})

const SAMPLES = { start: START, deviceConfig: DEVICE, poll: POLL } as const
type Kind = keyof typeof SAMPLES

function isTaken(family: Family, kind: Kind, text: string): boolean {
  try {
    readBody(json(text), answersFor(family)[kind])
    return true
  } catch {
    return false
  }
}

/** Who still reads the answer after one text in it was replaced by another. */
function readersOf(kind: Kind, what: string, instead: string): Family[] {
  const text = JSON.stringify(SAMPLES[kind])
  const planted = text.replace(what, instead)
  if (planted === text) throw new Error(`There is no ${what} to plant a fault in.`)
  return FAMILIES.filter((family) => isTaken(family, kind, planted))
}

it.each(Object.keys(SAMPLES) as Kind[])('every client reads the %s of API.md', (kind) => {
  const text = JSON.stringify(SAMPLES[kind])
  expect(FAMILIES.filter((family) => isTaken(family, kind, text))).toEqual(FAMILIES)
})

describe('nobody reads', () => {
  it.each<[Kind, string, string]>([
    ['start', '"user":{', '"person":{'],
    ['start', '"settings":{', '"settings":null,"s":{'],
    ['start', '"enrolled":false,', ''],
    ['start', '"enrolled":false', '"enrolled":null'],
    ['start', '"enrolled":false', '"enrolled":"false"'],
    ['start', '"enrolled":false', '"enrolled":0'],
    ['start', '"device_names":["pc"]', '"device_names":null'],
    ['start', '"login":"jdoe"', '"login":null'],
    ['start', '1767225600', '"1767225600"'],
    ['start', '1767225600', '1767225600.0'],
    ['start', '1767225600', '1.7672256e9'],
    ['start', '1767225600', '1767225600.5'],
    ['start', '1767225600', '9007199254740993'],
    ['start', '"final_page_content":""', '"final_page_content":null'],
    ['start', 'https://enroll.example.com/', 'https://enroll.example.com'],
    ['start', 'https://enroll.example.com/', 'https://enroll.example.com/path/'],
    ['deviceConfig', '"device":{', '"device":null,"d":{'],
    ['deviceConfig', '"instance":{', '"instance":null,"i":{'],
    ['deviceConfig', '"configs":[', '"configs":null,"c":['],
    ['deviceConfig', '"id":7', '"id":"7"'],
    ['deviceConfig', '"id":7', '"id":7.0'],
    ['deviceConfig', '"token":"dgp_x"', '"token":null'],
    ['deviceConfig', '"token":"dgp_x"', '"token":""'],
    ['deviceConfig', '"assigned_ip":"10.1.0.7,', '"assigned_ip":"10.1.0.7, '],
    ['deviceConfig', '"assigned_ip":"10.1.0.7,', '"assigned_ip":"10.1.0.7/24,'],
    ['deviceConfig', '10.1.0.0/24,fd00::/64', '10.1.0.0/24, fd00::/64'],
    ['deviceConfig', '10.1.0.0/24,fd00::/64', ''],
    ['deviceConfig', '[2001:db8::1]:51820', '2001:db8::1:51820'],
    ['deviceConfig', '"dns":null', '"dns":""'],
    ['poll', '"device_config":{', '"device_config":null,"d":{'],
    ['poll', '"token":null', '"token":"dgp_y"'],
  ])('%s with %s as %s', (kind, what, instead) => {
    expect(readersOf(kind, what, instead)).toEqual([])
  })

  it('an answer that does not say it is JSON', () => {
    const answer = { ...json(JSON.stringify(START)), headers: { 'content-type': 'text/plain' } }
    expect(() => readBody(answer, answersFor('mobile').start)).toThrow('text/plain')
  })
})

it.each<[Kind, string, string, Family[]]>([
  ['start', '"admin":{', '"admin":null,"a":{', ['gui 1.4', 'gui 1.5', 'dg']],
  ['start', '"is_admin":false', '"is_admin":null', ['gui 1.4', 'gui 1.5', 'gui 2', 'wizard']],
  ['start', ',"mfa_required":false', '', ['gui 1.4']],
  ['start', '"enterprise_enabled":true,', '', ['mobile', 'wizard']],
  ['start', ',"client_traffic_policy":0', '', ['dg', 'mobile', 'wizard']],
  ['deviceConfig', '"mfa_enabled":false,', '', ['wizard']],
  ['deviceConfig', '"keepalive_interval":25', '"keepalive_interval":"25"', ['wizard']],
  ['deviceConfig', '"service_location_mode":1', '"m":1', ['dg', 'mobile', 'wizard']],
])('of %s with %s as %s only some can do without', (kind, what, instead, readers) => {
  expect(readersOf(kind, what, instead)).toEqual(readers)
})

it.each([
  ['1.6.6+0.1.0', true],
  ['1.6.0', true],
  ['2.0.0+x-y.1', true],
  ['1.5.9', false],
  ['1.6.6-alpha', false],
  ['1.6.6-alpha+1', false],
  ['1.6', false],
  [undefined, false],
])('the version %s is protocol 1.6: %s', (version, expected) => {
  const headers = {
    'defguard-component-version': '1.6.6',
    ...(version === undefined ? {} : { 'defguard-core-version': version }),
  }
  expect(speaksProtocol16({ ...json('{}'), headers })).toBe(expected)
})

describe('the cookie jar', () => {
  const LINE =
    'a=b; Path=/api/v1/enrollment; Expires=Thu, 01 Jan 2026 00:00:00 GMT; HttpOnly; SameSite=Strict; Secure'
  const time = { now: new Date('2025-12-31T23:59:59Z') }
  const jar = new CookieJar(() => time.now)
  const send = (url: string) => jar.headersFor(url).Cookie

  it('obeys Path, Secure and Expires', () => {
    jar.store({ ...json('{}'), headers: { 'set-cookie': [LINE] } })
    expect(send('https://x/api/v1/enrollment/start')).toBe('a=b')
    expect(send('https://x/api/v1/enrollment')).toBe('a=b')
    expect(send('https://x/api/v1/enrollments')).toBeUndefined()
    expect(send('https://x/api/v1/poll')).toBeUndefined()
    expect(send('http://x/api/v1/enrollment/start')).toBeUndefined()
    time.now = new Date('2026-01-01T00:00:00Z')
    expect(send('https://x/api/v1/enrollment/start')).toBeUndefined()
  })
})
