import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from '@jest/globals'
import { ensureCertificates } from '../src/certificates.js'

const DAY_MS = 24 * 3_600_000

const folder = mkdtempSync(join(tmpdir(), 'defguard-stack-certificates-'))
afterAll(() => rmSync(folder, { recursive: true }))

it('makes certificates once, and new ones for the same CA when they are about to expire', async () => {
  const path = join(folder, 'certificates')
  const read = async (now: Date) => {
    const { core, proxy, admin } = await ensureCertificates(path, now)
    return [core, proxy, admin].map(({ cert }) => readFileSync(cert, 'utf8'))
  }
  const ca = () => readFileSync(join(path, 'ca.crt'), 'utf8')
  const start = new Date('2030-01-01T00:00:00Z')
  const first = await read(start)
  const firstCa = ca()
  expect(await read(new Date(start.getTime() + 19 * DAY_MS))).toEqual(first)
  const renewed = await read(new Date(start.getTime() + 21 * DAY_MS))
  expect(renewed.filter((text, i) => text !== first[i])).toHaveLength(3)
  expect(ca()).toBe(firstCa)
  rmSync(join(path, 'admin'), { recursive: true })
  expect(await read(new Date(start.getTime() + 22 * DAY_MS))).toHaveLength(3)
})
