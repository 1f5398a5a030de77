import { execFile } from 'node:child_process'
import { chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { PostgresOptions } from './postgres.js'

/**
 * Makes the data folder unless it is there. Everything happens in a draft that is renamed at the
 * end, so a start that was killed in between leaves neither half a cluster nor a password file.
 */
export async function initializeDatabaseFolder(
  { place, binaries, password }: PostgresOptions,
  dataFolder: string,
): Promise<void> {
  const draft = join(place, 'draft')
  await rm(draft, { recursive: true, force: true })
  const version = await findVersion(dataFolder)
  if (version === binaries.majorVersion) return
  if (version !== undefined) {
    throw new Error(
      `${dataFolder} was made by PostgreSQL ${version}, and this is ${binaries.majorVersion}. Move it away, or set DATABASE_URL to a server of that version.`,
    )
  }
  const passwordFile = join(draft, 'password')
  await mkdir(draft, { mode: 0o700 })
  await writeFile(passwordFile, password, { mode: 0o600 })
  if (binaries.account) {
    const { uid, gid } = binaries.account
    await chown(draft, uid, gid)
    await chown(passwordFile, uid, gid)
  }
  const args = [
    `--pgdata=${join(draft, 'data')}`,
    '--username=postgres',
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // Upper and lower case of all of Unicode; the C library's default knows ASCII at worst.
    '--locale-provider=icu',
    '--icu-locale=und',
    '--locale=C',
    '--no-instructions',
    '--no-sync',
  ]
  const environment = { LC_ALL: 'C', PATH: '/usr/bin:/bin' }
  await promisify(execFile)(join(binaries.bin, 'initdb'), args, {
    cwd: draft,
    env: environment,
    ...binaries.account,
  })
  await rename(join(draft, 'data'), dataFolder)
  await rm(draft, { recursive: true })
}

async function findVersion(dataFolder: string): Promise<string | undefined> {
  try {
    return (await readFile(join(dataFolder, 'PG_VERSION'), 'utf8')).trim()
  } catch (err) {
    if ((err as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw err
  }
}
