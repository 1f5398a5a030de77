import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import type { LogFile } from './log-file.js'
import type { Running } from './supervisor.js'

export interface ServiceOptions {
  /** As messages call it. */
  readonly name: string
  /** What Node runs. */
  readonly script: string
  readonly args?: readonly string[]
  readonly env: NodeJS.ProcessEnv
  /** Takes all that it prints. */
  readonly log: LogFile
  /** Whether it answers; asked again and again until it does. */
  isReady(): Promise<boolean>
  onSpawn(pid: number): void
  onExit(): void
}

const READY_TIMEOUT_MS = 30_000
const POLL_MS = 50
const STOP_TIMEOUT_MS = 20_000
const TAIL_CHARS = 2_000

/** Starts one of our services as a process of its own and resolves when it answers. */
export async function launchService(
  options: ServiceOptions,
  signal: AbortSignal,
): Promise<Running> {
  const { name, script, args = [], env, log } = options
  signal.throwIfAborted()
  const child = spawn(process.execPath, [script, ...args], {
    env,
    // A session of its own: the terminal's Ctrl-C is for us, and we stop the services in order.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let tail = ''
  child.stdout.on('data', (chunk: Buffer) => log.write(chunk))
  child.stderr.on('data', (chunk: Buffer) => {
    log.write(chunk)
    tail = `${tail}${chunk}`.slice(-TAIL_CHARS)
  })
  const exited = new Promise<string>((resolve) => {
    child.once('close', (code, signalName) => {
      options.onExit()
      resolve(signalName ? `was ended by ${signalName}` : `ended with status ${code}`)
    })
  })
  await once(child, 'spawn')
  const pid = child.pid as number
  options.onSpawn(pid)

  const stop = async (): Promise<void> => {
    child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS)
    await exited
    clearTimeout(timer)
  }
  for (const end = Date.now() + READY_TIMEOUT_MS; ; await delay(POLL_MS)) {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`${name} ${await exited}. ${tail.trim() || `Its log is ${log.path}.`}`)
    }
    if (await options.isReady()) return { pid, exited, stop }
    if (signal.aborted || Date.now() >= end) {
      await stop()
      signal.throwIfAborted()
      throw new Error(
        `${name} did not answer within ${READY_TIMEOUT_MS / 1000} s. Its log is ${log.path}.`,
      )
    }
  }
}
