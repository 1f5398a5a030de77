import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { chmod, chown, cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import pg from 'pg'
import { isRoot } from '../src/account.js'
import { findFreePort } from '../src/ports.js'
import { type Postgres, startPostgres } from '../src/postgres.js'
import { findNativeFolder, preparePostgresBinaries } from '../src/postgres-binaries.js'
import { isAlive, waitForExit } from '../src/processes.js'

const PASSWORD = 'a-password-of-this-test'
let place: string
let running: Postgres[]

beforeEach(async () => {
  place = await mkdtemp(join(isRoot() ? '/tmp' : tmpdir(), 'postgres-test-'))
  if (isRoot()) await chmod(place, 0o755)
  running = []
})

afterEach(async () => {
  await Promise.all(running.map((postgres) => postgres.stop()))
  await rm(place, { recursive: true, force: true })
})

async function start(native = findNativeFolder()): Promise<Postgres> {
  const binaries = await preparePostgresBinaries(place, native)
  const port = await findFreePort()
  const postgres = await startPostgres({ place, binaries, port, password: PASSWORD })
  running.push(postgres)
  return postgres
}

async function query(
  postgres: Postgres,
  sql: string,
  password = PASSWORD,
): Promise<pg.QueryResult> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port: postgres.port,
    user: 'postgres',
    database: 'postgres',
    password,
  })
  await client.connect()
  try {
    return await client.query(sql)
  } finally {
    await client.end()
  }
}

it('keeps the data over an orderly restart', async () => {
  const first = await start()
  await query(first, 'create table note as select 42 as answer')
  await first.stop()
  expect((await query(await start(), 'select answer from note')).rows).toEqual([{ answer: 42 }])
})

it('starts again with all committed data after the server was killed', async () => {
  const first = await start()
  await query(first, 'create table note as select 42 as answer')
  process.kill(first.pid, 'SIGKILL')
  await first.exited
  expect((await query(await start(), 'select answer from note')).rows).toEqual([{ answer: 42 }])
})

it('takes over from a server that a killed stack left running', async () => {
  const first = await start()
  await query(first, 'create table note as select 42 as answer')
  const second = await start()
  expect(isAlive(first.pid)).toBe(false)
  expect((await query(second, 'select answer from note')).rows).toEqual([{ answer: 42 }])
})

it('does not take a stranger with the recorded process id for the server', async () => {
  const first = await start()
  const file = readFileSync(join(place, 'data/postmaster.pid'), 'utf8')
  process.kill(first.pid, 'SIGKILL')
  await first.exited
  const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  await once(stranger, 'spawn')
  const { uid, gid } = statSync(join(place, 'data'))
  await writeFile(join(place, 'data/postmaster.pid'), file.replace(/^\d+/, `${stranger.pid}`))
  await chown(join(place, 'data/postmaster.pid'), uid, gid)
  await start()
  expect(isAlive(stranger.pid as number)).toBe(true)
  stranger.kill()
})

it('runs nothing as root', async () => {
  const { pid } = await start()
  const pids = [pid, ...readdirSync('/proc').filter((name) => parentOf(name) === pid)]
  expect(pids.length).toBeGreaterThan(1)
  for (const each of pids) expect(statSync(`/proc/${each}`).uid).not.toBe(0)
})

it('refuses a wrong password, also from this machine', async () => {
  const postgres = await start()
  await expect(query(postgres, 'select 1', 'wrong')).rejects.toThrow(
    /password authentication failed/,
  )
})

it('leaves the password in no file and no command line', async () => {
  const { pid } = await start()
  const files = readdirSync(place, { recursive: true, withFileTypes: true }).filter((f) =>
    f.isFile(),
  )
  expect(files.length).toBeGreaterThan(100)
  for (const file of files) {
    expect(readFileSync(join(file.parentPath, file.name)).includes(PASSWORD)).toBe(false)
  }
  expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).not.toContain(PASSWORD)
  expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).not.toContain(PASSWORD)
})

it('compares without regard to case in all of Unicode', async () => {
  const postgres = await start()
  await query(
    postgres,
    `create collation ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false)`,
  )
  const { rows } = await query(
    postgres,
    `select lower('ÄРΩ') = 'äрω' as lowers, 'JOSÉ' = 'josé' collate ci as folds`,
  )
  expect(rows).toEqual([{ lowers: true, folds: true }])
})

it('works in a checkout that other users cannot enter', async () => {
  const checkout = await mkdtemp(join(tmpdir(), 'private-checkout-'))
  try {
    await chmod(checkout, 0o700)
    await cp(dirname(findNativeFolder()), checkout, { recursive: true, verbatimSymlinks: true })
    const postgres = await start(join(checkout, 'native'))
    expect((await query(postgres, 'select 1 as one')).rows).toEqual([{ one: 1 }])
  } finally {
    await rm(checkout, { recursive: true })
  }
})

it('removes the server and the data of a test run that is killed', async () => {
  const module = fileURLToPath(new URL('../dist/ephemeral-postgres.js', import.meta.url))
  const script = `
    const { startEphemeralPostgres } = await import(${JSON.stringify(module)})
    console.log((await startEphemeralPostgres(20)).url)
    setInterval(() => {}, 1000)`
  const run = spawn(process.execPath, ['--input-type=module', '-e', script])
  const [url] = (await once(createInterface({ input: run.stdout }), 'line')) as [string]
  const client = new pg.Client(url)
  await client.connect()
  const { rows } = await client.query(
    `select current_setting('data_directory') as data, split_part(pg_read_file('postmaster.pid'), e'\\n', 1)::int as pid`,
  )
  await client.end()
  const { data, pid } = rows[0] as { data: string; pid: number }
  run.kill('SIGKILL')
  expect(await waitForExit(pid, 15_000)).toBe(true)
  while (exists(dirname(data))) await new Promise((resolve) => setTimeout(resolve, 20))
})

function parentOf(entry: string): number | undefined {
  if (!/^\d+$/.test(entry)) return undefined
  try {
    return Number(/^PPid:\t(\d+)$/m.exec(readFileSync(`/proc/${entry}/status`, 'utf8'))?.[1])
  } catch {
    return undefined
  }
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined
}
