import { Env } from '@defguard/runtime/env'
import { expect, it } from '@jest/globals'
import { readConfig } from '../src/config.js'
import { STARTS_UNLIMITED } from '../src/domain/limits.js'
import { limitsOff } from '../src/limits-config.js'
import { LIMITS } from './_limits.js'

const COMPLETE = {
  DATABASE_URL: 'postgres://core@db.example.com/defguard',
  DEFGUARD_SECRET_KEY: 'k'.repeat(64),
  DEFGUARD_GRPC_INSECURE: 'loopback',
  DEFGUARD_URL: 'https://core.example.com',
  DEFGUARD_ENROLLMENT_URL: 'https://enroll.example.com',
}

const MAIL = {
  DEFGUARD_SMTP_SERVER: 'mail.example.com',
  DEFGUARD_SMTP_SENDER: 'it@example.com',
}

const read = (changes: Record<string, string | undefined> = {}) =>
  readConfig(new Env({ ...COMPLETE, ...changes }))

it('needs no more than a database, a key, its URLs and a word about TLS', () => {
  expect(read()).toMatchObject({
    grpc: {
      bindAddress: '127.0.0.1',
      port: 50055,
      tls: undefined,
      adminCertificate: 'required',
    },
    url: 'https://core.example.com/',
    proxyUrl: 'https://enroll.example.com/',
    tokenTimeoutMs: 86_400_000,
    sessionTimeoutMs: 600_000,
    mfaCodeTimeoutMs: 300_000,
    passwordReset: { tokenTimeoutMs: 86_400_000, sessionTimeoutMs: 600_000 },
    bcryptCost: 12,
    devicesPerToken: 5,
    devicesPerUser: undefined,
    smtpSeed: undefined,
  })
})

it.each([
  ['a missing database', { DATABASE_URL: undefined }, 'DATABASE_URL'],
  ['a missing key', { DEFGUARD_SECRET_KEY: undefined }, 'DEFGUARD_SECRET_KEY'],
  ['a short key', { DEFGUARD_SECRET_KEY: 'short' }, 'DEFGUARD_SECRET_KEY'],
  [
    'a short earlier key',
    { DEFGUARD_SECRET_KEY_PREVIOUS: 'short' },
    'DEFGUARD_SECRET_KEY_PREVIOUS',
  ],
  [
    'an earlier key that is the one of today',
    { DEFGUARD_SECRET_KEY_PREVIOUS: 'k'.repeat(64) },
    'DEFGUARD_SECRET_KEY_PREVIOUS',
  ],
  [
    'an earlier key twice',
    { DEFGUARD_SECRET_KEY_PREVIOUS: `${'o'.repeat(64)},${'o'.repeat(64)}` },
    'DEFGUARD_SECRET_KEY_PREVIOUS',
  ],
  [
    'half a list of earlier keys',
    { DEFGUARD_SECRET_KEY_PREVIOUS: `${'o'.repeat(64)},` },
    'DEFGUARD_SECRET_KEY_PREVIOUS',
  ],
  [
    'earlier keys in lines',
    { DEFGUARD_SECRET_KEY_PREVIOUS: `${'o'.repeat(64)}\n${'p'.repeat(64)}` },
    'DEFGUARD_SECRET_KEY_PREVIOUS',
  ],
  ['a key with a comma', { DEFGUARD_SECRET_KEY: `${'k'.repeat(64)},` }, 'DEFGUARD_SECRET_KEY'],
  ['a key that ends in a blank', { DEFGUARD_SECRET_KEY: `${'k'.repeat(64)} ` }, 'white space'],
  ['a key given twice', { DEFGUARD_SECRET_KEY_FILE: '/nowhere' }, 'DEFGUARD_SECRET_KEY_FILE'],
  [
    'a key file that cannot be read',
    { DEFGUARD_SECRET_KEY: undefined, DEFGUARD_SECRET_KEY_FILE: '/nowhere' },
    'DEFGUARD_SECRET_KEY_FILE',
  ],
  ['no word about TLS', { DEFGUARD_GRPC_INSECURE: undefined }, 'DEFGUARD_GRPC_INSECURE'],
  ['another word about TLS', { DEFGUARD_GRPC_INSECURE: 'yes' }, 'DEFGUARD_GRPC_INSECURE'],
  ['a certificate without a key', { DEFGUARD_GRPC_CERT: '/tls.crt' }, 'DEFGUARD_GRPC_KEY'],
  [
    'a word about certificates where there are none',
    { DEFGUARD_GRPC_ADMIN_CERT: 'optional' },
    'DEFGUARD_GRPC_ADMIN_CERT',
  ],
  [
    'plaintext beyond this machine',
    { DEFGUARD_GRPC_BIND_ADDRESS: '0.0.0.0' },
    'DEFGUARD_GRPC_BIND_ADDRESS',
  ],
  [
    'a URL with a path',
    { DEFGUARD_ENROLLMENT_URL: 'https://a.example/b' },
    'DEFGUARD_ENROLLMENT_URL',
  ],
  [
    'a duration without a unit',
    { DEFGUARD_ENROLLMENT_SESSION_TIMEOUT: '10' },
    'DEFGUARD_ENROLLMENT_SESSION_TIMEOUT',
  ],
  [
    'a token too short-lived to arrive',
    { DEFGUARD_ENROLLMENT_TOKEN_TIMEOUT: '1m' },
    'DEFGUARD_ENROLLMENT_TOKEN_TIMEOUT',
  ],
  [
    'a token that lives longer than the longest',
    { DEFGUARD_ENROLLMENT_TOKEN_TIMEOUT: '48h' },
    'DEFGUARD_ENROLLMENT_TOKEN_MAX_TIMEOUT',
  ],
  [
    'a mailed code too short-lived to be typed',
    { DEFGUARD_MFA_CODE_TIMEOUT: '30s' },
    'DEFGUARD_MFA_CODE_TIMEOUT',
  ],
  [
    'a reset link too short-lived to arrive',
    { DEFGUARD_PASSWORD_RESET_TOKEN_TIMEOUT: '1m' },
    'DEFGUARD_PASSWORD_RESET_TOKEN_TIMEOUT',
  ],
  [
    'a reset link that lives for weeks',
    { DEFGUARD_PASSWORD_RESET_TOKEN_TIMEOUT: '14d' },
    'DEFGUARD_PASSWORD_RESET_TOKEN_TIMEOUT',
  ],
  [
    'a reset session without an end to speak of',
    { DEFGUARD_PASSWORD_RESET_SESSION_TIMEOUT: '2d' },
    'DEFGUARD_PASSWORD_RESET_SESSION_TIMEOUT',
  ],
  [
    'a cheap password hash',
    { DEFGUARD_PASSWORD_BCRYPT_COST: '4' },
    'DEFGUARD_PASSWORD_BCRYPT_COST',
  ],
  ['a limit of no devices', { DEFGUARD_DEVICES_PER_USER: '0' }, 'DEFGUARD_DEVICES_PER_USER'],
  ['a limit that is none', { DEFGUARD_LIMIT_LOGINS: '20' }, 'DEFGUARD_LIMIT_LOGINS'],
  ['a limit of nothing', { DEFGUARD_LIMIT_TOKEN_GUESSES: '0/1m' }, 'DEFGUARD_LIMIT_TOKEN_GUESSES'],
  ['a limit without an end', { DEFGUARD_LIMIT_POLLS: '10/0m' }, 'DEFGUARD_LIMIT_POLLS'],
  [
    'a link that starts too seldom for its devices',
    { DEFGUARD_LIMIT_STARTS_PER_TOKEN: '1' },
    'DEFGUARD_LIMIT_STARTS_PER_TOKEN',
  ],
  ['a short secret of gateways', { DEFGUARD_GATEWAY_SECRET: 's'.repeat(31) }, 'GATEWAY_SECRET'],
  [
    'gateway tokens for minutes',
    { DEFGUARD_GATEWAY_TOKEN_TIMEOUT: '5m' },
    'DEFGUARD_GATEWAY_TOKEN_TIMEOUT',
  ],
  ['half a mail server', { DEFGUARD_SMTP_SENDER: 'it@example.com' }, 'DEFGUARD_SMTP_SERVER'],
  [
    'a mail server without a sender',
    { DEFGUARD_SMTP_SERVER: 'mail.example.com' },
    'DEFGUARD_SMTP_SENDER',
  ],
  [
    'a mail login without a password',
    {
      DEFGUARD_SMTP_SERVER: 'mail.example.com',
      DEFGUARD_SMTP_SENDER: 'it@example.com',
      DEFGUARD_SMTP_USER: 'it',
    },
    'DEFGUARD_SMTP_PASSWORD',
  ],
  ['a CA without a mail server', { DEFGUARD_SMTP_CA: '/ca.pem' }, 'DEFGUARD_SMTP_SERVER'],
  [
    'a mail server with a port in its name',
    { ...MAIL, DEFGUARD_SMTP_SERVER: 'a:25' },
    'SMTP_SERVER',
  ],
  ['a mail CA that cannot be read', { ...MAIL, DEFGUARD_SMTP_CA: '/nowhere' }, 'DEFGUARD_SMTP_CA'],
  ['a mail CA that is none', { ...MAIL, DEFGUARD_SMTP_CA: '/etc/hostname' }, 'DEFGUARD_SMTP_CA'],
  ['a mail server with hours to answer', { ...MAIL, DEFGUARD_SMTP_TIMEOUT: '2h' }, 'SMTP_TIMEOUT'],
  [
    'an admin address that is none',
    { DEFGUARD_DEFAULT_ADMIN_EMAIL: 'nobody' },
    'DEFGUARD_DEFAULT_ADMIN_EMAIL',
  ],
])('refuses to boot with %s, and names the variable', (_what, changes, variable) => {
  expect(() => read(changes)).toThrow(variable)
})

it('limits everything unless the operator says how much else, or off', () => {
  expect(read().limits).toEqual(LIMITS)
  const { limits } = read({
    DEFGUARD_LIMIT_TOKEN_GUESSES: '10/30s, 50/2h',
    DEFGUARD_LIMIT_LOGIN_FAILURES_OF_ACCOUNT: 'OFF',
    DEFGUARD_LIMIT_STARTS_PER_TOKEN: 'off',
    DEFGUARD_LOGIN_LOCK: '1h',
  })
  expect(limits).toEqual({
    ...LIMITS,
    tokenGuesses: [
      { max: 10, windowMs: 30_000 },
      { max: 50, windowMs: 7_200_000 },
    ],
    loginFailuresOfAccount: [],
    startsPerToken: STARTS_UNLIMITED,
    loginLockMs: 3_600_000,
  })
  expect(limitsOff(limits)).toEqual([
    'DEFGUARD_LIMIT_LOGIN_FAILURES_OF_ACCOUNT',
    'DEFGUARD_LIMIT_STARTS_PER_TOKEN',
  ])
})

it('takes earlier keys in their order, with or without blanks between them', () => {
  const [current, older, oldest] = ['k', 'o', 'p'].map((letter) => letter.repeat(64))
  const changes = { DEFGUARD_SECRET_KEY_PREVIOUS: `${older}, ${oldest}` }
  expect(read(changes).secretKeys).toEqual([current, older, oldest])
})

it('takes a mail server with what it is usually reached by, and IPv6 addresses as URLs have them', () => {
  expect(read(MAIL).smtpSeed).toEqual({
    server: 'mail.example.com',
    port: 587,
    encryption: 'starttls',
    sender: 'it@example.com',
    timeoutMs: 15_000,
  })
  const changes = {
    ...MAIL,
    DEFGUARD_SMTP_SERVER: '[2001:db8::25]',
    DEFGUARD_SMTP_ENCRYPTION: 'implicittls',
    DEFGUARD_SMTP_TIMEOUT: '1m',
  }
  expect(read(changes).smtpSeed).toMatchObject({
    server: '2001:db8::25',
    port: 465,
    timeoutMs: 60_000,
  })
})

it('keeps the times of reset links apart from those of invitations', () => {
  const changed = {
    DEFGUARD_ENROLLMENT_TOKEN_TIMEOUT: '1h',
    DEFGUARD_ENROLLMENT_SESSION_TIMEOUT: '1m',
  }
  expect(read(changed).passwordReset).toEqual(read().passwordReset)
})

it('never repeats a secret when it refuses it', () => {
  expect(() => read({ DEFGUARD_SECRET_KEY: 'hunter2' })).not.toThrow('hunter2')
  expect(() => read({ DEFGUARD_SMTP_PASSWORD: 'hunter2' })).not.toThrow('hunter2')
})
