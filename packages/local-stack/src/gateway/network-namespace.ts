import { type ChildProcess, execFile, type SpawnOptions, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { endProcess, isAlive } from '../processes.js'

const run = promisify(execFile)

const END_TIMEOUT_MS = 5_000
/** The end tells whose it is. */
const NAME = /^dg-[\w-]+-(\d+)$/

/** A network of its own on this machine. */
export class NetworkNamespace {
  private constructor(readonly name: string) {}

  /**
   * Also removes what a process that was killed has left of its own.
   *
   * @param label tells people what it is for
   */
  static async make(label: string): Promise<NetworkNamespace> {
    await NetworkNamespace.#removeOrphans()
    const unique = randomBytes(2).toString('hex')
    const namespace = new NetworkNamespace(`dg-${label}-${unique}-${process.pid}`)
    await run('ip', ['netns', 'add', namespace.name])
    await namespace.ip('link set lo up')
    return namespace
  }

  /** Runs `ip` on it; several commands may be given, one a line, and the first failure ends them. */
  async ip(commands: string): Promise<void> {
    const running = run('ip', ['-n', this.name, '-batch', '-'])
    running.child.stdin?.end(`${commands}\n`)
    await running
  }

  /** Runs a program in it to its end. @throws Error as execFile's, when it fails */
  run(program: string, args: readonly string[], options: { timeout?: number } = {}) {
    return run('ip', this.#command(program, args), options)
  }

  /** Starts a program in it. */
  spawn(program: string, args: readonly string[], options: SpawnOptions = {}): ChildProcess {
    return spawn('ip', this.#command(program, args), options)
  }

  /** With what runs in it: wireguard-go, asked to end, also removes its control socket. */
  async remove(): Promise<void> {
    for (const pid of await this.#pids()) await endProcess(pid, 'SIGTERM', END_TIMEOUT_MS)
    await run('ip', ['netns', 'del', this.name]).catch(() => undefined) // it was never made
  }

  #command(program: string, args: readonly string[]): string[] {
    return ['netns', 'exec', this.name, program, ...args]
  }

  async #pids(): Promise<number[]> {
    const { stdout } = await run('ip', ['netns', 'pids', this.name]).catch(() => ({ stdout: '' }))
    return stdout.split('\n').filter(Boolean).map(Number)
  }

  static async #removeOrphans(): Promise<void> {
    const { stdout } = await run('ip', ['netns', 'list'])
    for (const line of stdout.split('\n')) {
      const [name, pid] = NAME.exec(line.split(' ')[0] ?? '') ?? []
      if (name && !isAlive(Number(pid))) await new NetworkNamespace(name).remove()
    }
  }
}

export interface CableEnd {
  readonly namespace: NetworkNamespace
  /** A CIDR, for this end of the cable. */
  readonly address: string
}

/** Joins two namespaces, so that each reaches the other's address. */
export async function layCable(one: CableEnd, other: CableEnd): Promise<void> {
  const cable = `link add cable netns ${one.namespace.name} type veth peer name cable netns ${other.namespace.name}`
  await run('ip', cable.split(' '))
  for (const { namespace, address } of [one, other])
    await namespace.ip(`address add ${address} dev cable\nlink set cable up`)
}
