import { execFileSync } from 'node:child_process'
import { ImportOutcome, type ImportUsersRequest } from '@defguard/proto/admin/v1/users'
import { status } from '@grpc/grpc-js'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { createTestDatabase } from '../../../packages/local-stack/src/test-database.js'
import { migrate } from '../src/db/migrate.js'
import { type connect, refusalOf } from './_clients.js'
import { testConfig, waitFor } from './_core.js'
import { CoreProcess } from './_core-process.js'
import { query, waitingOf, whileHolding } from './_database.js'

/*
 * A fuzzer ended core: a row of an import failed while an earlier one was still being added, and nobody
 * listened to its failure yet.
 */

let database: Awaited<ReturnType<typeof createTestDatabase>>
let core: CoreProcess
beforeAll(async () => {
  database = await createTestDatabase(migrate)
  core = new CoreProcess({ ...testConfig(database.url), logLevel: 'info' })
  await core.start()
})
afterAll(async () => {
  await core.kill()
  await database.drop()
})

const row = (line: number, groups: string[] = []): ImportUsersRequest => {
  const names = { first_name: 'Jo', last_name: 'Doe', phone: undefined, language: undefined }
  const username = `person${line}`
  const person = { line, username, email: `${username}@example.com`, ...names, groups }
  return { options: undefined, row: person }
}
const OPTIONS: ImportUsersRequest = {
  options: { dry_run: false, invite: false },
  row: undefined,
}

async function importRows(
  { importUsers }: ReturnType<typeof connect>,
  rows: readonly ImportUsersRequest[],
) {
  const answers = []
  for await (const answer of importUsers([OPTIONS, ...rows])) answers.push(answer)
  return answers
}

it('goes on when a later row of an import fails before an earlier one is done', async () => {
  const rows = [1, 2, 3, 4].map((line) => row(line))
  const outcome = await whileHolding(
    database.url,
    'lock table "user" in share row exclusive mode',
    rows.length,
    () => core.persist((clients) => importRows(clients, rows).catch(refusalOf)),
    async () => {
      await query(
        database.url,
        `select pg_terminate_backend(pid) from (
           select pid from pg_stat_activity
           where datname = current_database() and wait_event_type = 'Lock'
           order by query_start offset 1) later`,
      )
      await waitFor(async () => ((await waitingOf(database.url)).length === 1 ? true : undefined))
    },
  )
  expect(outcome).toMatchObject({ code: status.UNAVAILABLE })
  const again = await core.persist((clients) => importRows(clients, [row(9)]))
  expect(again).toMatchObject([{ line: 9, outcome: ImportOutcome.CREATED }])
  expect(core.log).not.toContain('stopped by an error')
})

it('refuses the row whose group has U+0000 in its name, and takes the others', async () => {
  const rows = [row(11, ['a\u0000b']), row(12)]
  const answers = await core.persist((clients) => importRows(clients, rows))
  expect(answers).toMatchObject([
    { line: 11, outcome: ImportOutcome.REFUSED },
    { line: 12, outcome: ImportOutcome.CREATED },
  ])
})

it('listens to a failure that comes before its turn, so that the process lives on', () => {
  const inOrder = new URL('../dist/app/in-order.js', import.meta.url)
  const program = `
    import { inOrder } from '${inOrder}'
    const slow = () => new Promise((resolve) => setTimeout(resolve, 50, 'slow'))
    const fails = () => Promise.reject(new Error('later'))
    async function* items() { yield slow; yield fails }
    try {
      for await (const result of inOrder(items(), 2, (work) => work())) console.log(result)
    } catch (err) { console.log(err.message) }`
  const args = ['--input-type=module', '--eval', program]
  expect(execFileSync(process.execPath, args, { encoding: 'utf8' })).toBe('slow\nlater\n')
})
