import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isRoot } from './account.js'
import { findFreePort } from './ports.js'
import { startPostgres } from './postgres.js'
import { preparePostgresBinaries } from './postgres-binaries.js'
import { startReaper } from './reaper.js'

export interface EphemeralPostgres {
  /** The maintenance database, as the superuser. */
  readonly url: string
  /** Stops it and removes all its data. */
  stop(): Promise<void>
}

/**
 * A PostgreSQL for one test run, quick because nothing of it needs to survive. When the run is
 * interrupted or killed, the server and its data go all the same.
 */
export async function startEphemeralPostgres(maxConnections: number): Promise<EphemeralPostgres> {
  const reaper = startReaper()
  // As root the temporary folder may be root's own, where the server's account cannot go.
  const place = await mkdtemp(join(isRoot() ? '/tmp' : tmpdir(), 'defguard-postgres-'))
  reaper.remove(place)
  if (isRoot()) await chmod(place, 0o755)
  try {
    const password = randomBytes(24).toString('base64url')
    const port = await findFreePort()
    const postgres = await startPostgres({
      place,
      binaries: await preparePostgresBinaries(place),
      port,
      password,
      settings: {
        max_connections: String(maxConnections),
        fsync: 'off',
        synchronous_commit: 'off',
        full_page_writes: 'off',
        wal_level: 'minimal',
        max_wal_senders: '0',
        autovacuum: 'off',
      },
      onSpawn: (pid) => reaper.adopt(pid, 'SIGINT'),
    })
    return {
      url: `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`,
      async stop() {
        await postgres.stop()
        reaper.forget(postgres.pid)
        await rm(place, { recursive: true, force: true })
        reaper.close()
      },
    }
  } catch (err) {
    reaper.close()
    throw err
  }
}
