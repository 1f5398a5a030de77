import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/**
 * A small process of its own that outlives ours, however we die, and then ends the processes and
 * removes the folders that it was told of.
 */
export interface Reaper {
  /** Ends the process with this signal when we are gone. */
  adopt(pid: number, signal: NodeJS.Signals): void
  /** The process has ended; its id may soon be somebody else's. */
  forget(pid: number): void
  /** Removes the folder when we are gone and all adopted processes have ended. */
  remove(folder: string): void
  /** Lets it do now what is left to do. */
  close(): void
}

/** One line of its standard input. */
export type ReaperOrder =
  | { readonly adopt: number; readonly signal: NodeJS.Signals }
  | { readonly forget: number }
  | { readonly remove: string }

export function startReaper(): Reaper {
  // From the sources (tests) as from dist: what Node can run stands in dist.
  const script = fileURLToPath(new URL('../dist/reaper-main.js', import.meta.url))
  // A session of its own: the terminal's Ctrl-C must not reach it.
  const child = spawn(process.execPath, [script], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
    env: {},
  })
  child.on('error', () => {})
  child.stdin.on('error', () => {})
  child.unref()
  const order = (line: ReaperOrder): void => {
    child.stdin.write(`${JSON.stringify(line)}\n`)
  }
  return {
    adopt: (pid, signal) => order({ adopt: pid, signal }),
    forget: (pid) => order({ forget: pid }),
    remove: (folder) => order({ remove: folder }),
    close: () => child.stdin.end(),
  }
}
