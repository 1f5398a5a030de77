import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { CliError, usageError } from './cli-error.js'
import { EXIT } from './exit-codes.js'
import type { Io } from './io.js'
import { decodeText } from './text-files.js'

/** The command that the person edits texts with. @throws CliError usage when they have named none */
export function findEditor({ env }: Io): string {
  const editor = [env.VISUAL, env.EDITOR].find((command) => command?.trim())
  if (editor) return editor
  throw usageError(
    'No editor is known: VISUAL and EDITOR are empty.',
    'Set one, such as EDITOR=nano, or use "defguard-admin onboarding set" with a file.',
  )
}

/** A text in a file that only its owner can read, while somebody works on it. */
export class Draft {
  private constructor(
    readonly path: string,
    private readonly original: string,
  ) {}

  static async create(name: string, text: string): Promise<Draft> {
    const folder = await mkdtemp(join(tmpdir(), 'defguard-admin-'))
    const draft = new Draft(join(folder, name), text)
    await writeFile(draft.path, text, { mode: 0o600, flag: 'wx' })
    return draft
  }

  /**
   * Opens the editor and waits for its end. Like git, lets the shell take the command apart, so that
   * it may have arguments.
   * @throws CliError when the editor fails, which is also how people say that they want to stop
   */
  async edit({ env, signal }: Io, editor: string): Promise<void> {
    const args = ['-c', `${editor} "$@"`, editor, this.path]
    const child = spawn('sh', args, { stdio: 'inherit', env: { ...env }, signal })
    const how = await new Promise<number | string | null>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (code, killedBy) => resolve(killedBy ?? code))
    })
    if (how === 0) return
    throw new CliError(
      EXIT.refused,
      'editor_failed',
      `The editor (${editor}) ended with ${how}, so nothing was saved.`,
    )
  }

  /** @throws CliError when it is no text any more */
  async read(): Promise<string> {
    return decodeText(await readFile(this.path), this.path)
  }

  /** Whether it holds what it began with, or was thrown away. */
  async isUntouched(): Promise<boolean> {
    const bytes = await readFile(this.path).catch((err: NodeJS.ErrnoException) => {
      if (err.code === 'ENOENT') return Buffer.from(this.original)
      throw err
    })
    return bytes.equals(Buffer.from(this.original))
  }

  async remove(): Promise<void> {
    await rm(dirname(this.path), { recursive: true, force: true })
  }
}
