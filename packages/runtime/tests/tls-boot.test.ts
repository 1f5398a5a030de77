import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import type { HolderPaths } from '../../admin-cli/src/certificates/folder.js'
import { TestCertificates } from '../../local-stack/src/test-certificates.js'
import { Env } from '../src/env.js'
import { readTls } from '../src/tls.js'

const NOW = new Date()
const HOUR_MS = 3_600_000

let ours: TestCertificates
let others: TestCertificates
let proxy: HolderPaths
let folder: string

beforeAll(async () => {
  ours = await TestCertificates.create(NOW)
  others = await TestCertificates.create(NOW)
  proxy = await ours.issue('proxy')
  folder = await mkdtemp(join(tmpdir(), 'tls-boot-'))
})
afterAll(async () => {
  await Promise.all([ours.remove(), others.remove(), rm(folder, { recursive: true })])
})

function read({ cert, key, ca }: Partial<HolderPaths>, role: 'core' | 'proxy' = 'proxy') {
  const env = new Env({ TLS_CERT: cert, TLS_KEY: key, TLS_CA: ca })
  return readTls(env, 'TLS', role, NOW)
}

const file = async (name: string, text: string): Promise<string> => {
  const path = join(folder, name)
  await writeFile(path, text)
  return path
}

it('takes a certificate with its key and its CA, or none of the three', () => {
  expect(read(proxy)?.cert).toEqual({ variable: 'TLS_CERT', path: proxy.cert })
  expect(read({})).toBeUndefined()
})

it.each<[string, () => Promise<Partial<HolderPaths>> | Partial<HolderPaths>, string]>([
  [
    'one of the three is missing',
    () => ({ ...proxy, key: undefined }) as never,
    'missing: TLS_KEY.',
  ],
  [
    'there is no such file',
    () => ({ ...proxy, cert: '/nowhere' }),
    'TLS_CERT names a file that cannot be read: /nowhere (ENOENT).',
  ],
  [
    'a file is a folder',
    () => ({ ...proxy, ca: folder }),
    'TLS_CA names a file that cannot be read',
  ],
  [
    'a file is empty',
    async () => ({ ...proxy, key: await file('empty', '') }),
    'TLS_KEY names an empty file',
  ],
  [
    'the certificate is none',
    async () => ({ ...proxy, cert: await file('words', 'no certificate') }),
    'TLS_CERT must name a file with a certificate (PEM)',
  ],
  [
    'the certificate is cut',
    async () => ({
      ...proxy,
      cert: await file('cut', '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'),
    }),
    'TLS_CERT must name a file with a certificate (PEM)',
  ],
  [
    'the key is a certificate',
    () => ({ ...proxy, key: proxy.cert }),
    'TLS_KEY must name a file with a private key',
  ],
  [
    'the CA is none',
    async () => ({ ...proxy, ca: proxy.cert }),
    'TLS_CA must name certificates of CAs only',
  ],
  [
    'the key is another certificate’s',
    async () => ({ ...proxy, key: (await ours.issue('proxy')).key }),
    'TLS_KEY is not the key of the certificate in TLS_CERT.',
  ],
  [
    'the certificate has expired',
    () => ours.issue('proxy', HOUR_MS),
    'TLS_CERT names a certificate that expired at ',
  ],
  [
    'the certificate is not good yet',
    () => ours.issue('proxy', HOUR_MS, new Date(NOW.getTime() + HOUR_MS)),
    'TLS_CERT names a certificate that is not valid before ',
  ],
  [
    'the certificate is of another CA',
    async () => ({ ...(await others.issue('proxy')), ca: proxy.ca }),
    'TLS_CERT names a certificate that is not of the CA in TLS_CA.',
  ],
  [
    'the proxy is given a certificate of an admin',
    () => ours.issue('admin'),
    'TLS_CERT names a certificate for the role admin; the role proxy is needed',
  ],
])('does not boot when %s, and names the variable', async (_what, given, sentence) => {
  const paths = await given()
  expect(() => read(paths)).toThrow(sentence)
})

it('does not give core a certificate that only clients can use', async () => {
  expect(() => read(proxy, 'core')).toThrow('for the role proxy; the role core is needed')
})

it('takes a bundle of two CAs while one takes over from the other', async () => {
  const [first, second] = [proxy, await others.issue('proxy')]
  const texts = await Promise.all([first.ca, second.ca].map((path) => readFile(path, 'utf8')))
  const ca = await file('bundle', texts.join(''))
  expect(read({ ...first, ca })).toBeDefined()
  expect(read({ ...second, ca })).toBeDefined()
})
