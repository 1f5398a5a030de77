import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { endProcess, findCommandLine } from './processes.js'

const STOP_TIMEOUT_MS = 20_000

/** What `postmaster.pid` says: PostgreSQL writes it when it starts and removes it when it stops. */
export interface PostmasterFile {
  readonly pid: number
  /** Whether it accepts connections. */
  readonly isReady: boolean
}

export async function readPostmasterFile(dataFolder: string): Promise<PostmasterFile | undefined> {
  let text: string
  try {
    text = await readFile(join(dataFolder, 'postmaster.pid'), 'utf8')
  } catch (err) {
    if ((err as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw err
  }
  // PostgreSQL's pidfile.h: the process id is line 1, the status line 8.
  const lines = text.split('\n')
  return { pid: Number(lines[0]), isReady: lines[7]?.trim() === 'ready' }
}

/**
 * Ends what a killed run left behind. A process that merely has the recorded id now, as after a
 * reboot, is left alone, and the file goes: PostgreSQL itself would take it for its own.
 */
export async function clearStalePostmaster(dataFolder: string): Promise<void> {
  const stale = await readPostmasterFile(dataFolder)
  if (!stale) return
  const isOurs = findCommandLine(stale.pid)?.includes(dataFolder)
  if (isOurs) await endProcess(stale.pid, 'SIGINT', STOP_TIMEOUT_MS)
  await rm(join(dataFolder, 'postmaster.pid'), { force: true })
}
