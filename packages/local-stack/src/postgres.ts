import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { PostgresBinaries } from './postgres-binaries.js'
import { initializeDatabaseFolder } from './postgres-init.js'
import { clearStalePostmaster, readPostmasterFile } from './postmaster.js'
import type { Running } from './supervisor.js'

export interface PostgresOptions {
  /** An existing folder for the data, one cluster each; the account that runs PostgreSQL can enter it. */
  readonly place: string
  readonly binaries: PostgresBinaries
  /** Listens on 127.0.0.1 only. */
  readonly port: number
  /** Of the superuser `postgres`; fixed when the place is first used. */
  readonly password: string
  /** Settings of postgresql.conf by name. */
  readonly settings?: Readonly<Record<string, string>>
  /** What the server has to say, as it comes. */
  readonly onLog?: (chunk: Buffer) => void
  /** Called at once, so that a process that never gets ready is known too. */
  readonly onSpawn?: (pid: number) => void
  readonly onExit?: () => void
}

/** Its `stop` is a fast shutdown: connections are closed, all that was committed is on disk. */
export interface Postgres extends Running {
  readonly port: number
}

const START_TIMEOUT_MS = 60_000
const POLL_MS = 20
const LOG_TAIL_BYTES = 4_000

/** Starts the cluster in `place`, which is made on the first start, and resolves when it answers. */
export async function startPostgres(
  options: PostgresOptions,
  signal?: AbortSignal,
): Promise<Postgres> {
  const dataFolder = join(options.place, 'data')
  await initializeDatabaseFolder(options, dataFolder)
  await clearStalePostmaster(dataFolder)
  for (const end = Date.now() + START_TIMEOUT_MS; ; await delay(POLL_MS)) {
    try {
      return await launch(options, dataFolder, end, signal)
    } catch (err) {
      // After kill -9 of the postmaster its children need a moment to notice and let go of the data.
      const isHeld = err instanceof Error && /is still in use|lock file .* exists/.test(err.message)
      if (!isHeld || Date.now() >= end) throw err
    }
  }
}

async function launch(
  options: PostgresOptions,
  dataFolder: string,
  end: number,
  signal?: AbortSignal,
): Promise<Postgres> {
  const { binaries, port, onLog, onSpawn, onExit } = options
  signal?.throwIfAborted()
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...options.settings,
  }
  const child = spawn(
    join(binaries.bin, 'postgres'),
    ['-D', dataFolder, ...Object.entries(settings).flatMap(([k, v]) => ['-c', `${k}=${v}`])],
    {
      cwd: dataFolder,
      env: { LC_ALL: 'C' },
      // Out of reach of the terminal's Ctrl-C, which would end it before those who use it.
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
      ...binaries.account,
    },
  )
  const exited = new Promise<string>((resolve) => {
    child.once('close', (code, signalName) => {
      onExit?.()
      resolve(signalName ? `was ended by ${signalName}` : `ended with status ${code}`)
    })
  })
  let tail = ''
  child.stderr.on('data', (chunk: Buffer) => {
    onLog?.(chunk)
    tail = `${tail}${chunk}`.slice(-LOG_TAIL_BYTES)
  })
  await once(child, 'spawn')
  const pid = child.pid as number
  onSpawn?.(pid)
  while (child.exitCode === null && child.signalCode === null) {
    const file = await readPostmasterFile(dataFolder)
    if (file?.pid === pid && file.isReady) {
      return { pid, port, exited, stop: () => stop(child, exited) }
    }
    if (signal?.aborted || Date.now() >= end) {
      await stop(child, exited)
      signal?.throwIfAborted()
      throw new Error(`PostgreSQL did not get ready within ${START_TIMEOUT_MS / 1000} s:\n${tail}`)
    }
    await delay(POLL_MS)
  }
  await exited
  throw new Error(`PostgreSQL did not start:\n${tail}`)
}

async function stop(child: ChildProcess, exited: Promise<string>): Promise<void> {
  child.kill('SIGINT')
  await exited
}
