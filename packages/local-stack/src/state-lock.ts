import { linkSync, renameSync, rmSync } from 'node:fs'
import { findBirth } from './processes.js'
import type { StateFolder } from './state-folder.js'

interface Holder {
  readonly pid: number
  readonly birth: string
}

const LOCK = 'lock'

/**
 * Makes this process the only stack of its state folder; returns how to let go. A lock of a process
 * that is gone is taken over.
 * @throws Error with a sentence when another stack holds it
 */
export function lockState(state: StateFolder): () => void {
  const mine = `${LOCK}.${process.pid}`
  state.write(mine, { pid: process.pid, birth: findBirth(process.pid) ?? '' } satisfies Holder)
  try {
    while (!tryLink(state.file(mine), state.file(LOCK))) removeIfStale(state)
  } finally {
    state.remove(mine)
  }
  return () => state.remove(LOCK)
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to) // atomic, and complete from the first moment
    return true
  } catch (err) {
    if ((err as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw err
  }
}

function removeIfStale(state: StateFolder): void {
  const holder = state.read<Holder>(LOCK)
  if (!holder) return
  if (findBirth(holder.pid) === holder.birth) {
    throw new Error(
      `The local stack is running already (process ${holder.pid}, state in ${state.path}). Stop that one first, or set DEFGUARD_LOCAL_DIR and other ports for a second one.`,
    )
  }
  // Of several that find it stale one wins the rename; what the others look at next is a new lock.
  const grave = state.file(`${LOCK}.stale.${process.pid}`)
  try {
    renameSync(state.file(LOCK), grave)
  } catch (err) {
    if ((err as NodeJS.ErrnoException).code !== 'ENOENT') throw err
  }
  rmSync(grave, { force: true })
}
