import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'

/** Where the stack keeps everything that outlives it: readable by its owner only. */
export class StateFolder {
  constructor(readonly path: string) {
    try {
      mkdirSync(path, { recursive: true, mode: 0o700 })
      chmodSync(path, 0o700)
    } catch (err) {
      const { code } = err as NodeJS.ErrnoException
      throw new Error(
        `The state folder ${path} cannot be used (${code}). Remove it, or set DEFGUARD_LOCAL_DIR to another one.`,
      )
    }
  }

  /** The path of a file in it. */
  file(name: string): string {
    return join(this.path, name)
  }

  /** A folder in it, made if it is missing. */
  folder(name: string): string {
    const path = join(this.path, name)
    mkdirSync(path, { recursive: true, mode: 0o700 })
    return path
  }

  /** What `write` wrote last; undefined when it never did. */
  read<T>(name: string): T | undefined {
    const path = this.file(name)
    try {
      return JSON.parse(readFileSync(path, 'utf8')) as T
    } catch (err) {
      if ((err as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw new Error(`${path} cannot be read: ${err instanceof Error ? err.message : err}`)
    }
  }

  /** Replaces the file as a whole: a reader, and whoever comes after a crash, sees the old or the new. */
  write(name: string, value: unknown): void {
    this.writeText(name, `${JSON.stringify(value, null, 2)}\n`)
  }

  writeText(name: string, text: string): void {
    const draft = this.file(`.${name}.${process.pid}.draft`)
    const descriptor = openSync(draft, 'w', 0o600)
    writeSync(descriptor, text)
    fsyncSync(descriptor)
    closeSync(descriptor)
    renameSync(draft, this.file(name))
  }

  remove(name: string): void {
    rmSync(this.file(name), { force: true })
  }

  /** The path of a file with a secret of 64 random characters, made on first use. */
  secretFile(name: string): string {
    const path = this.file(name)
    try {
      readFileSync(path)
    } catch (err) {
      if ((err as NodeJS.ErrnoException).code !== 'ENOENT') throw err
      this.writeText(name, `${randomBytes(48).toString('base64url')}\n`)
    }
    return path
  }
}
