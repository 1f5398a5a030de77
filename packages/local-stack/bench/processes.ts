import { type ChildProcess, fork, type Serializable } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const STACK_VARIABLES = /^(DEFGUARD_|DATABASE_URL|NODE_OPTIONS)/

/** All processes of the run; `end` stops them, the last started first. */
export class Processes {
  readonly #running: ChildProcess[] = []
  readonly #removals: (() => Promise<void>)[] = []

  /** A program, named from this folder; what it logs goes nowhere, as fast as it can. */
  start(script: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): ChildProcess {
    const inherited = Object.entries(process.env).filter(([name]) => !STACK_VARIABLES.test(name))
    const child = fork(fileURLToPath(new URL(script, import.meta.url)), args, {
      env: { ...Object.fromEntries(inherited), ...env },
      execArgv: ['--disable-warning=ExperimentalWarning'],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    this.#running.push(child)
    return child
  }

  async stop(child: ChildProcess): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGTERM')
    await once(child, 'exit')
  }

  /** For what the processes need and nobody does afterwards. */
  atEnd(remove: () => Promise<void>): void {
    this.#removals.push(remove)
  }

  async end(): Promise<void> {
    for (const child of this.#running.reverse()) await this.stop(child)
    for (const remove of this.#removals) await remove()
  }
}

const PATIENCE_MS = 60_000

/** What a process answers; rejects when it ends instead, or has nothing to say for too long. */
export async function ask<Answer>(child: ChildProcess, question: Serializable): Promise<Answer> {
  const over = new AbortController()
  const ended = once(child, 'exit', { signal: over.signal })
  const silent = AbortSignal.timeout(PATIENCE_MS)
  const answered = once(child, 'message', { signal: AbortSignal.any([over.signal, silent]) })
  try {
    child.send(question)
    const [answer] = await Promise.race([
      answered,
      ended.then(() => Promise.reject(new Error('A process of the bench has ended.'))),
    ])
    return answer
  } finally {
    Promise.allSettled([answered, ended]) // nobody waits for them any more
    over.abort()
  }
}
