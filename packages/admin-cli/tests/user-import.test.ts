import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  ImportOutcome,
  type ImportRow,
  type ImportUsersRequest,
  UserServiceService,
} from '@defguard/proto/admin/v1/users'
import { status } from '@grpc/grpc-js'
import { afterAll, beforeEach, expect, it } from '@jest/globals'
import { admin, run } from './_cli.js'
import { refusal, TestCore } from './_core.js'

const { CREATED, UNCHANGED, REFUSED } = ImportOutcome
const { importUsers } = UserServiceService
const HEADER = 'username,email,first_name,last_name,phone,groups,language'

const folder = mkdtempSync(join(tmpdir(), 'defguard-import-'))
const started: TestCore[] = []
let core: TestCore
/** Whom core has. */
let accounts: Set<string>

beforeEach(async () => {
  core = await new TestCore().start()
  started.push(core)
  accounts = new Set()
  let isDryRun = false
  answer(({ options, row }) => {
    if (options) isDryRun = options.dry_run
    if (!row) return undefined
    const none = { line: row.line, reason: undefined, message: undefined, violations: [] }
    if (row.username.startsWith('bad')) {
      const violations = [{ field: 'phone', message: 'must be a telephone number' }]
      return { ...none, outcome: REFUSED, reason: 'invalid_argument', violations }
    }
    if (accounts.has(row.username)) return { ...none, outcome: UNCHANGED }
    if (!isDryRun) accounts.add(row.username)
    return { ...none, outcome: CREATED }
  })
})
afterAll(() => {
  for (const one of started) one.stop()
  rmSync(folder, { recursive: true, force: true })
})

function answer(handle: (request: ImportUsersRequest) => unknown): void {
  core.answer(importUsers, handle as never)
}

function file(content: string | Buffer): string {
  const path = join(folder, `${started.length}-${Math.random()}.csv`)
  writeFileSync(path, content)
  return path
}

/** The rows that were sent to be added. */
function added(): ImportRow[] {
  const requests = core.requests(importUsers)
  const begin = requests.findLastIndex(({ options }) => options?.dry_run === false)
  return begin === -1 ? [] : requests.slice(begin).flatMap(({ row }) => row ?? [])
}

async function importFile(content: string | Buffer, ...args: string[]) {
  const ended = await run(['user', 'import', file(content), '--json', ...args], admin(core))
  return { ...ended, report: ended.stdout === '' ? undefined : JSON.parse(ended.stdout) }
}

it('reads quotes, a byte order mark, CRLF and line breaks inside values, and counts lines right', async () => {
  const { code, report } = await importFile(
    [
      `\ufeff${HEADER}`,
      'anna,anna@example.com,"Anna ""Ania""","Łęcka, née Doe",+48 600,"staff, vpn",pl',
      '',
      'bob,bob@example.com,"Bob\r\nRobert",Doe,,staff;vpn,',
      'bad1,b@example.com,B,Doe,x,,',
      'short,s@example.com,S',
      'ANNA,a2@example.com,A,Doe,,,',
      '',
    ].join('\r\n'),
  )
  expect(code).toBe(7)
  expect(added()).toMatchObject([
    { line: 2, first_name: 'Anna "Ania"', last_name: 'Łęcka, née Doe', groups: ['staff', 'vpn'] },
    { line: 4, first_name: 'Bob\r\nRobert', groups: ['staff', 'vpn'], language: undefined },
  ])
  expect(report).toEqual({
    dry_run: false,
    created: 2,
    unchanged: 0,
    refused: 3,
    failures: [
      {
        line: 6,
        username: 'bad1',
        reason: 'invalid_argument',
        errors: [{ field: 'phone', message: 'must be a telephone number' }],
      },
      {
        line: 7,
        username: 'short',
        reason: 'invalid_row',
        errors: [{ field: null, message: 'has 3 values, and the first line 7' }],
      },
      {
        line: 8,
        username: 'ANNA',
        reason: 'invalid_row',
        errors: [{ field: 'username', message: 'is the same as in line 2' }],
      },
    ],
  })
})

it('adds nothing in a dry run, and reports what it would do', async () => {
  const content = `${HEADER}\nanna,a@example.com,A,D,,,\nbad1,b@example.com,B,D,x,,\n`
  const { code, report } = await importFile(content, '--dry-run')
  expect(report).toMatchObject({ dry_run: true, created: 1, unchanged: 0, refused: 1 })
  expect(code).toBe(5)
  expect(accounts.size).toBe(0)
})

it('adds nobody twice when a file is imported again', async () => {
  const content = 'email,username,first_name,last_name\na@example.com,anna,A,D\n'
  expect(await importFile(content, '--invite')).toMatchObject({ code: 0, report: { created: 1 } })
  expect(core.requests(importUsers).at(-2)?.options).toEqual({ dry_run: false, invite: true })
  const again = await importFile(content)
  expect(again).toMatchObject({ code: 0, report: { created: 0, unchanged: 1, refused: 0 } })
})

it('sends 5000 rows a few at a time, and reports 20 bad ones by line', async () => {
  const isBad = (i: number) => i % 250 === 5
  const rows = Array.from({ length: 5000 }, (_, i) => {
    const username = `${isBad(i) ? 'bad' : 'good'}${i}`
    return `${username},${username}@example.com,Jo,Doe,,,`
  })
  const { code, report } = await importFile([HEADER, ...rows].join('\n'))
  expect(code).toBe(7)
  expect(report).toMatchObject({ created: 4980, refused: 20 })
  const lines = report.failures.map(({ line }: { line: number }) => line)
  expect(lines).toEqual(rows.flatMap((_, i) => (isBad(i) ? [i + 2] : [])))
})

it('says how far it came when core goes away, and that it may be repeated', async () => {
  let count = 0
  answer(({ options, row }) => {
    if (options) count = options.dry_run ? Number.NEGATIVE_INFINITY : 0
    if (!row) return undefined
    if (count++ === 3) throw refusal(status.UNAVAILABLE, 'temporarily unavailable', undefined)
    const none = { reason: undefined, message: undefined, violations: [] }
    return { line: row.line, outcome: CREATED, ...none }
  })
  const rows = Array.from({ length: 9 }, (_, i) => `u${i},u${i}@example.com,Jo,Doe,,,`)
  const { code, stderr } = await importFile([HEADER, ...rows].join('\n'))
  expect(code).toBe(7)
  expect(JSON.parse(stderr).error).toMatch(/cannot work at the moment.* 3 people were added before/)
})

it.each([
  ['', /is empty/],
  ['username,email,first_name\n', /column "last_name" is missing/],
  [`${HEADER},salary\n`, /no column "salary"/],
  [`${HEADER}\nanna,"a@example.com,A,D,,,\n`, /is not a CSV file/],
  [Buffer.from(`${HEADER}\nanna,a@example.com,Ann\xe4,D,,,\n`, 'latin1'), /is not UTF-8 text/],
])(
  'ends with 2 before anybody is added when the file is no such list: %j',
  async (content, why) => {
    const { code, stderr } = await importFile(content)
    expect(code).toBe(2)
    expect(JSON.parse(stderr).error).toMatch(why)
    expect(accounts.size).toBe(0)
  },
)

it('ends with 2 when there is no such file', async () => {
  const ended = await run(['user', 'import', '/does/not/exist.csv'], admin(core))
  expect(ended).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('cannot be read (ENOENT)'),
  })
})
