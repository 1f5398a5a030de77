import { Env } from '@defguard/runtime/env'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import type { HolderPaths } from '../../../packages/admin-cli/src/certificates/folder.js'
import { TestCertificates } from '../../../packages/local-stack/src/test-certificates.js'
import { readConfig } from '../src/config.js'

let certificates: TestCertificates
let pair: HolderPaths
beforeAll(async () => {
  certificates = await TestCertificates.create()
  pair = await certificates.issue('proxy')
})
afterAll(() => certificates.remove())

const PLAIN = {
  DEFGUARD_CORE_GRPC_URL: 'http://127.0.0.1:50055',
  DEFGUARD_GRPC_INSECURE: 'loopback',
  DEFGUARD_PROXY_URL: 'http://localhost:8080/',
}
const tls = () => ({
  DEFGUARD_PROXY_URL: 'https://enroll.example.com',
  DEFGUARD_PROXY_GRPC_CERT: pair.cert,
  DEFGUARD_PROXY_GRPC_KEY: pair.key,
  DEFGUARD_PROXY_GRPC_CA: pair.ca,
})

it('needs little on one machine', () => {
  expect(readConfig(new Env(PLAIN))).toMatchObject({
    logLevel: 'info',
    core: { address: '127.0.0.1:50055', tls: undefined },
    http: { bindAddress: '0.0.0.0', port: 8080 },
    publicUrl: 'http://localhost:8080/',
    trustedProxies: [],
    rateLimit: { perSecond: 20, burst: 200 },
  })
})

it('finds core by TLS where nothing else is said', () => {
  const { core } = readConfig(new Env(tls()))
  expect(core.address).toBe('localhost:50055')
  expect(core.tls?.key.path).toBe(pair.key)
})

it('reads an IPv6 core and a list of trusted proxies', () => {
  const config = readConfig(
    new Env({
      ...PLAIN,
      DEFGUARD_CORE_GRPC_URL: 'http://[::1]:4000',
      DEFGUARD_PROXY_TRUSTED: '10.0.0.0/8, 192.0.2.1,2001:db8::/32',
    }),
  )
  expect(config.core.address).toBe('[::1]:4000')
  expect(config.trustedProxies.map(([address, bits]) => `${address}/${bits}`)).toEqual([
    '10.0.0.0/8',
    '192.0.2.1/32',
    '2001:db8::/32',
  ])
})

it.each<[string, string, Record<string, string>]>([
  [
    'plaintext without saying so',
    'DEFGUARD_CORE_GRPC_URL',
    { ...PLAIN, DEFGUARD_GRPC_INSECURE: '' },
  ],
  [
    'plaintext over the network',
    'DEFGUARD_CORE_GRPC_URL',
    { ...PLAIN, DEFGUARD_CORE_GRPC_URL: 'http://core.internal:50055' },
  ],
  [
    'another way to be insecure',
    'DEFGUARD_GRPC_INSECURE',
    { ...PLAIN, DEFGUARD_GRPC_INSECURE: 'true' },
  ],
  [
    'TLS without certificates',
    'DEFGUARD_PROXY_GRPC_CERT',
    { DEFGUARD_PROXY_URL: 'https://a.example/' },
  ],
  ['no public URL', 'DEFGUARD_PROXY_URL', { ...PLAIN, DEFGUARD_PROXY_URL: '' }],
  [
    'a public URL with a path',
    'DEFGUARD_PROXY_URL',
    { ...PLAIN, DEFGUARD_PROXY_URL: 'http://a/b' },
  ],
  [
    'a core URL of another kind',
    'DEFGUARD_CORE_GRPC_URL',
    { ...PLAIN, DEFGUARD_CORE_GRPC_URL: 'core:1' },
  ],
  [
    'a port that is none',
    'DEFGUARD_PROXY_HTTP_PORT',
    { ...PLAIN, DEFGUARD_PROXY_HTTP_PORT: '80a' },
  ],
  [
    'a network that is none',
    'DEFGUARD_PROXY_TRUSTED',
    { ...PLAIN, DEFGUARD_PROXY_TRUSTED: '10.0.0.0/33' },
  ],
  [
    'a rate that is none',
    'DEFGUARD_PROXY_RATELIMIT_BURST',
    { ...PLAIN, DEFGUARD_PROXY_RATELIMIT_BURST: '-1' },
  ],
  ['a level that is none', 'DEFGUARD_LOG_LEVEL', { ...PLAIN, DEFGUARD_LOG_LEVEL: 'loud' }],
])('does not boot with %s, and names the variable', (_what, variable, values) => {
  expect(() => readConfig(new Env(values))).toThrow(variable)
})

it('does not boot with half of TLS, an unreadable file, or TLS and plaintext at once', () => {
  const read = (more: Record<string, string>) => () => readConfig(new Env({ ...tls(), ...more }))
  expect(read({ DEFGUARD_PROXY_GRPC_KEY: '' })).toThrow('missing: DEFGUARD_PROXY_GRPC_KEY')
  expect(read({ DEFGUARD_PROXY_GRPC_CA: '/nowhere' })).toThrow('DEFGUARD_PROXY_GRPC_CA')
  expect(read({ DEFGUARD_GRPC_INSECURE: 'loopback' })).toThrow('DEFGUARD_GRPC_INSECURE')
  expect(read(PLAIN)).toThrow('DEFGUARD_CORE_GRPC_URL')
})
