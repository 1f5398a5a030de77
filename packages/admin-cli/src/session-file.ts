import { createHash, randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { chmod, mkdir, open, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { CliError, usageError } from './cli-error.js'
import { configFolder } from './config-folder.js'
import { EXIT } from './exit-codes.js'
import type { Io } from './io.js'

export interface StoredSession {
  /** Where core was; only for people who open the file. */
  readonly core: string
  readonly username: string
  /** Secret. */
  readonly sessionSecret: string
  /** RFC 3339. */
  readonly expiresAt: string
}

/** The session of one profile at one core, in a file that only its owner can read. */
export class SessionFile {
  readonly path: string

  constructor(io: Pick<Io, 'env' | 'home'>, profile: string, coreUrl: string) {
    if (!/^[\w.-]{1,64}$/.test(profile)) {
      throw usageError(`--profile "${profile}" may only hold letters, digits and . _ -`)
    }
    const core = createHash('sha256').update(coreUrl).digest('hex').slice(0, 12)
    this.path = join(configFolder(io), `admin-session-${profile}-${core}.json`)
  }

  /** @throws CliError when others could have read or written the file, or it is damaged */
  async read(): Promise<StoredSession | undefined> {
    const text = await this.readPrivately()
    if (text === undefined) return undefined
    try {
      return parse(JSON.parse(text))
    } catch {
      throw this.unusable('is damaged')
    }
  }

  async write(session: StoredSession): Promise<void> {
    const folder = dirname(this.path)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await chmod(folder, 0o700)
    const draft = `${this.path}.${randomUUID()}`
    await writeFile(draft, `${JSON.stringify(session, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
    await rename(draft, this.path)
  }

  async remove(): Promise<void> {
    await rm(this.path, { force: true })
  }

  private async readPrivately(): Promise<string | undefined> {
    const handle = await open(this.path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0)).catch(
      (err: NodeJS.ErrnoException) => {
        if (err.code === 'ENOENT' || err.code === 'ENOTDIR') return undefined
        throw this.unusable(`cannot be read (${err.code})`)
      },
    )
    if (!handle) return undefined
    try {
      const { mode } = await handle.stat()
      // Windows keeps no such bits.
      const isOpen = constants.O_NOFOLLOW !== undefined && (mode & 0o077) !== 0
      if (isOpen) throw this.unusable('can be read by other users')
      return await handle.readFile('utf8')
    } finally {
      await handle.close()
    }
  }

  private unusable(why: string): CliError {
    return new CliError(
      EXIT.notAllowed,
      'session_file_unusable',
      `The stored session ${this.path} ${why}, so it is not used.`,
      { hint: 'Run `defguard-admin login` again; that writes a new file with mode 0600.' },
    )
  }
}

function parse(value: unknown): StoredSession {
  const { core, username, sessionSecret, expiresAt } = value as Record<string, unknown>
  const isComplete = [core, username, sessionSecret, expiresAt].every(
    (field) => typeof field === 'string',
  )
  if (!isComplete) throw new Error('incomplete')
  return value as StoredSession
}
