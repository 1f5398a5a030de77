import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals'
import { TestCertificates } from '../../local-stack/src/test-certificates.js'
import type { TlsFiles } from '../src/tls-files.js'
import { TlsWatch } from '../src/tls-watch.js'
import { memoryLog } from './_memory-log.js'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const START = new Date('2030-01-02T12:00:00Z')

let certificates: TestCertificates
let now: Date
let files: TlsFiles
let watch: TlsWatch
let lines: Record<string, unknown>[]
let changes: number

beforeAll(async () => {
  certificates = await TestCertificates.create(START)
})
afterAll(() => certificates.remove())
beforeEach(async () => {
  now = START
  changes = 0
  files = await certificates.filesFor('proxy', 'TLS')
  const memory = memoryLog()
  lines = memory.lines
  watch = new TlsWatch(files, () => now, memory.log)
  watch.onChange = () => changes++
})

const serial = () => watch.material.certificate.serialNumber
const replaceCert = (cert: string) => copyFile(cert, files.cert.path)
const replaceKey = (key: string) => copyFile(key, files.key.path)

it('takes a new pair, and says once until when it is good', async () => {
  const before = serial()
  const next = await certificates.issue('proxy')
  await replaceKey(next.key)
  await replaceCert(next.cert)
  watch.look()
  watch.look()
  expect(serial()).not.toBe(before)
  expect(watch.material.key).toEqual(await readFile(next.key))
  expect(changes).toBe(1)
  expect(lines).toMatchObject([{ serial: serial(), until: expect.stringContaining('2030-01-31') }])
})

it('does not mind a look between the two files', async () => {
  const before = serial()
  const next = await certificates.issue('proxy')
  await replaceKey(next.key)
  watch.look()
  expect({ serial: serial(), lines }).toEqual({ serial: before, lines: [] })
  await replaceCert(next.cert)
  watch.look()
  expect({ changes, isNew: serial() !== before }).toEqual({ changes: 1, isNew: true })
})

it.each<[string, () => Promise<void>, string]>([
  ['of a key that is none', () => writeFile(files.key.path, 'secret words'), 'TLS_KEY must name'],
  ['of an empty CA', () => writeFile(files.ca.path, ''), 'TLS_CA names an empty file'],
  [
    'of another role',
    async () => {
      const admin = await certificates.issue('admin')
      await replaceKey(admin.key)
      await replaceCert(admin.cert)
    },
    'TLS_CERT names a certificate for the role admin; the role proxy is needed',
  ],
  [
    'that has expired',
    async () => {
      const expired = await certificates.issue('proxy', HOUR_MS)
      await replaceKey(expired.key)
      await replaceCert(expired.cert)
    },
    'TLS_CERT names a certificate that expired at',
  ],
])('keeps what it has in place of files %s, and says so once', async (_what, spoil, why) => {
  const before = watch.material
  await spoil()
  for (let look = 0; look < 4; look++) watch.look()
  expect(watch.material).toBe(before)
  expect(changes).toBe(0)
  expect(lines).toEqual([expect.objectContaining({ level: 50, why: expect.stringContaining(why) })])
  expect(JSON.stringify(lines)).not.toContain('secret words')
})

it('takes the next good pair after a bad one', async () => {
  await writeFile(files.cert.path, 'nonsense')
  watch.look()
  const next = await certificates.issue('proxy')
  await replaceKey(next.key)
  await replaceCert(next.cert)
  watch.look()
  expect(changes).toBe(1)
})

it('warns once a day when less than a quarter of its time is left', () => {
  const warnings = () => lines.filter(({ level }) => level === 40).length
  now = new Date(START.getTime() + 20 * DAY_MS) // of 30, since yesterday
  watch.look()
  expect(warnings()).toBe(0)
  now = new Date(now.getTime() + 3 * DAY_MS)
  watch.look()
  watch.look()
  expect(warnings()).toBe(1)
  expect(lines[0]).toMatchObject({ msg: 'the certificate in TLS_CERT is about to expire' })
  now = new Date(now.getTime() + DAY_MS)
  watch.look()
  expect(warnings()).toBe(2)
  now = new Date(START.getTime() + 30 * DAY_MS)
  watch.look()
  expect(lines.at(-1)).toMatchObject({ msg: 'the certificate in TLS_CERT has expired' })
})
