import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { isRoot } from './account.js'
import type { PartHooks } from './parts.js'
import { startPostgres } from './postgres.js'
import { preparePostgresBinaries } from './postgres-binaries.js'
import type { StateFolder } from './state-folder.js'
import type { Launch } from './supervisor.js'

interface Record {
  /** The folder with the data; outside of the state folder when PostgreSQL's account cannot enter that. */
  readonly place: string
  /** Of PostgreSQL's superuser. */
  readonly superuserPassword: string
  /** Of core's own role, which owns its database and nothing else. */
  readonly password: string
}

const FILE = 'postgres.json'
const NAME = 'defguard'
/** Where root may make a folder that survives a reboot and that other users can enter. */
const PUBLIC_FOLDERS = ['/var/lib', '/var/tmp', tmpdir()]

/** The stack's own PostgreSQL, made on the first start, with a role and a database for core. */
export async function prepareLocalDatabase(
  state: StateFolder,
  port: number,
  { log, onSpawn, onExit }: PartHooks,
): Promise<{ url: string; launch: Launch }> {
  const record = (await readRecord(state)) ?? (await makeRecord(state))
  const { place, superuserPassword, password } = record
  const binaries = await preparePostgresBinaries(place)
  const settings = { place, binaries, port, password: superuserPassword, onSpawn, onExit }
  return {
    url: `postgresql://${NAME}:${password}@127.0.0.1:${port}/${NAME}`,
    async launch(signal) {
      const postgres = await startPostgres(
        { ...settings, onLog: (chunk) => log.write(chunk) },
        signal,
      )
      try {
        await ensureDatabase(port, record)
        return postgres
      } catch (err) {
        await postgres.stop()
        throw err
      }
    },
  }
}

/** Undefined also when somebody removed the data: then there is nothing that the passwords open. */
async function readRecord(state: StateFolder): Promise<Record | undefined> {
  const record = state.read<Record>(FILE)
  const place = record && (await stat(record.place).catch(() => undefined))
  return place && record
}

async function makeRecord(state: StateFolder): Promise<Record> {
  const record = {
    place: isRoot() ? await makePublicFolder() : state.folder('postgres'),
    superuserPassword: newPassword(),
    password: newPassword(),
  }
  state.write(FILE, record)
  return record
}

/** A folder of root's that the server's account can enter and own a part of. */
async function makePublicFolder(): Promise<string> {
  for (const parent of PUBLIC_FOLDERS) {
    const place = await mkdtemp(join(parent, 'defguard-local-')).catch(() => undefined)
    if (!place) continue // read-only, or not there
    await chmod(place, 0o755)
    return place
  }
  throw new Error(
    `None of ${PUBLIC_FOLDERS.join(', ')} can hold the database. Start as a normal user, or set DATABASE_URL.`,
  )
}

/** Finishes what a start that was cut short may have left half done. */
async function ensureDatabase(port: number, record: Record): Promise<void> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    user: 'postgres',
    password: record.superuserPassword,
    database: 'postgres',
  })
  await client.connect()
  try {
    const role = await client.query('select from pg_roles where rolname = $1', [NAME])
    // A password cannot be a parameter here; ours has no character that a literal must escape.
    if (!role.rowCount)
      await client.query(`create role ${NAME} login password '${record.password}'`)
    const database = await client.query('select from pg_database where datname = $1', [NAME])
    if (!database.rowCount) await client.query(`create database ${NAME} owner ${NAME}`)
  } finally {
    await client.end()
  }
}

function newPassword(): string {
  return randomBytes(24).toString('base64url')
}
