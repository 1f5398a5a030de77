import { endProcess, findBirth } from './processes.js'
import { startReaper } from './reaper.js'
import type { StateFolder } from './state-folder.js'

interface Entry {
  readonly name: string
  readonly pid: number
  readonly birth: string
  /** What asks it to stop. */
  readonly signal: NodeJS.Signals
}

const FILE = 'processes.json'
const STOP_TIMEOUT_MS = 20_000

/**
 * Every process that the stack has started, so that none outlives it: when the stack is killed, its
 * reaper ends them, and what is left even then, the next start ends.
 */
export class ProcessLedger {
  readonly #reaper = startReaper()
  #entries: Entry[] = []

  constructor(private readonly state: StateFolder) {}

  /** Ends what an earlier stack left, youngest first. A process that only has the same id is spared. */
  async endLeftovers(onEnd: (name: string) => void): Promise<void> {
    for (const { name, pid, birth, signal } of (this.state.read<Entry[]>(FILE) ?? []).reverse()) {
      if (!birth || findBirth(pid) !== birth) continue
      onEnd(name)
      await endProcess(pid, signal, STOP_TIMEOUT_MS)
    }
    this.#save([])
  }

  /** Records a process of this name, in place of an earlier one. */
  add(name: string, pid: number, signal: NodeJS.Signals): void {
    this.remove(name)
    this.#reaper.adopt(pid, signal)
    this.#save([...this.#entries, { name, pid, birth: findBirth(pid) ?? '', signal }])
  }

  remove(name: string): void {
    for (const entry of this.#entries) if (entry.name === name) this.#reaper.forget(entry.pid)
    this.#save(this.#entries.filter((entry) => entry.name !== name))
  }

  /** Call when everything has ended. */
  close(): void {
    this.#reaper.close()
  }

  #save(entries: Entry[]): void {
    this.#entries = entries
    this.state.write(FILE, entries)
  }
}
