import { LogFile } from './log-file.js'
import type { ProcessLedger } from './process-ledger.js'
import { launchService } from './service-process.js'
import type { StateFolder } from './state-folder.js'
import { type Launch, Supervisor } from './supervisor.js'

export interface ServicePlan {
  readonly name: string
  readonly script: string
  readonly args?: readonly string[]
  readonly env: NodeJS.ProcessEnv
  isReady(): Promise<boolean>
}

/** What a part's processes are reported to. */
export interface PartHooks {
  readonly log: LogFile
  onSpawn(pid: number): void
  onExit(): void
}

/** Starts the parts of the stack, keeps them running and says how they are. */
export class Parts {
  /** Called when a part that had ended answers again, as another process. */
  onReplaced: () => void = () => {}

  constructor(
    private readonly state: StateFolder,
    private readonly ledger: ProcessLedger,
    private readonly abort: AbortController,
    private readonly print: (line: string) => void,
    private readonly onStop: (stop: () => Promise<void>) => void,
  ) {}

  startService(plan: ServicePlan): Promise<Supervisor> {
    const hooks = this.hooks(plan.name, 'SIGTERM')
    return this.start(plan.name, (signal) => launchService({ ...plan, ...hooks }, signal))
  }

  /** Resolves when the part answers. The failure of one part ends the start of the others. */
  async start(name: string, launch: Launch): Promise<Supervisor> {
    const startedAt = Date.now()
    try {
      const events = {
        onDown: (reason: string, retryInMs: number) =>
          this.print(`${name}: ${reason}. Starting it again in ${retryInMs / 1000} s.`),
        onUp: () => {
          this.print(`${name}: running again.`)
          this.onReplaced()
        },
      }
      const supervisor = await Supervisor.start(launch, events, this.abort.signal)
      this.onStop(() => supervisor.stop())
      this.print(`${name}: ready after ${((Date.now() - startedAt) / 1000).toFixed(1)} s`)
      return supervisor
    } catch (err) {
      this.abort.abort(err)
      throw err
    }
  }

  hooks(name: string, signal: NodeJS.Signals): PartHooks {
    return {
      log: new LogFile(`${this.state.folder('logs')}/${name.replaceAll(' ', '-')}.log`),
      onSpawn: (pid) => this.ledger.add(name, pid, signal),
      onExit: () => this.ledger.remove(name),
    }
  }
}
