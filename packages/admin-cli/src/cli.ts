import { Env } from '@defguard/runtime/env'
import type { Command } from 'commander'
import { asUsage, CliError } from './cli-error.js'
import { CoreClient } from './core-client.js'
import { EXIT, type ExitCode } from './exit-codes.js'
import { type GlobalOptions, readConnection } from './global-options.js'
import type { Io } from './io.js'
import { confirm } from './prompts.js'
import { inSession } from './session.js'
import { SessionFile } from './session-file.js'
import type { Text } from './table.js'

/** What a command found or did. */
export interface Answer {
  /** The document of `--json`. */
  readonly json: unknown
  readonly text: Text
  /** What people may want to do next. */
  readonly hint?: string | undefined
  readonly exitCode?: ExitCode
}

/** What a command works with that needs no core. */
export interface OfflineContext {
  readonly io: Io
  readonly env: Env
  readonly options: GlobalOptions
}

/** What a command works with. */
export interface Context extends OfflineContext {
  readonly core: CoreClient
  readonly sessionFile: SessionFile
}

type Handle<Options, Operands extends unknown[], C = Context> = (
  context: C,
  options: Options,
  ...operands: Operands
) => Promise<Answer | undefined>

/** Makes commander's actions of functions that take values and return an answer. */
export class Cli {
  exitCode: ExitCode = EXIT.done

  constructor(
    private readonly program: Command,
    private readonly io: Io,
  ) {}

  /** For commands that need somebody who is logged in. */
  asAdmin<Options, Operands extends unknown[] = []>(handle: Handle<Options, Operands>) {
    return this.action<Options, Operands>((context, options, ...operands) =>
      inSession(context.core, context.env, context.sessionFile, () =>
        handle(context, options, ...operands),
      ),
    )
  }

  /** For commands that care for the session themselves. */
  action<Options, Operands extends unknown[] = []>(handle: Handle<Options, Operands>) {
    return this.offline<Options, Operands>(async (offline, options, ...operands) => {
      const context = this.connect(offline)
      try {
        return await handle(context, options, ...operands)
      } finally {
        context.core.close()
      }
    })
  }

  /** For commands that work without core, wherever it is. */
  offline<Options, Operands extends unknown[] = []>(
    handle: Handle<Options, Operands, OfflineContext>,
  ) {
    // commander passes the operands, then the options, then the command.
    return async (...params: unknown[]): Promise<void> => {
      const options = this.program.opts<GlobalOptions>()
      const context = { io: this.io, env: new Env(this.io.env), options }
      const operands = params.slice(0, -2) as Operands
      const answer = await handle(context, params.at(-2) as Options, ...operands)
      if (answer) this.print(answer, options)
    }
  }

  private connect(offline: OfflineContext): Context {
    const { io, env, options } = offline
    const { address, tls } = asUsage(() => readConnection(options, env))
    return {
      ...offline,
      core: new CoreClient(address, tls, io.signal),
      sessionFile: new SessionFile(io, options.profile, address.url),
    }
  }

  private print(answer: Answer, { json, quiet }: GlobalOptions): void {
    const { stdout, stderr } = this.io
    if (json) stdout.write(`${JSON.stringify(answer.json, null, 2)}\n`)
    else stdout.write(answer.text({ columns: stdout.isTTY ? stdout.columns : undefined }))
    if (answer.hint && !json && !quiet) stderr.write(`${answer.hint}\n`)
    this.exitCode = answer.exitCode ?? EXIT.done
  }
}

/** Asks before something is destroyed, if there is somebody to ask. @throws CliError on a no */
export async function assertConfirmed(
  { io, options }: OfflineContext,
  question: string,
): Promise<void> {
  if (options.yes || !io.stdin.isTTY) return
  if (await confirm(io, question)) return
  throw new CliError(EXIT.refused, 'not_confirmed', 'Nothing was changed.')
}
