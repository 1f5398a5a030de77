import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { status } from '@grpc/grpc-js'
import type { CoreConfig } from '../src/config.js'
import { connect, refusalOf } from './_clients.js'
import { ADMIN_PASSWORD, waitFor } from './_core.js'

const PROGRAM = fileURLToPath(new URL('./_core-main.mjs', import.meta.url))

const START_MS = 30_000

/** The built core in processes of its own, one after the other, that die without a warning. */
export class CoreProcess {
  log = ''
  #child: ChildProcess | undefined
  #clients: ReturnType<typeof connect> | undefined
  #bearer = ''

  constructor(private readonly config: CoreConfig) {}

  async start(): Promise<void> {
    const child = spawn(process.execPath, [PROGRAM], {
      env: { CORE_CONFIG: JSON.stringify(this.config) },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child = child
    const earlier = this.log.length
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (piece: string) => {
        this.log += piece
      })
    const port = await waitFor(() => {
      if (child.exitCode !== null) throw new Error(`Core ended: ${this.log.slice(earlier)}`)
      return /"address":"127.0.0.1:(\d+)"/.exec(this.log.slice(earlier))?.[1]
    }, START_MS)
    const clients = connect(Number(port), () => this.#bearer)
    if (this.#bearer === '') {
      const request = { login: 'admin', password: ADMIN_PASSWORD }
      this.#bearer = (await clients.auth.login(request)).session_secret
    }
    this.#clients = clients
  }

  /** Ends at once, wherever it is; calls that run fail. */
  async kill(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    this.#clients?.close()
    this.#clients = undefined
    if (!child || child.exitCode !== null) return
    const ended = once(child, 'close')
    child.kill('SIGKILL')
    await ended
  }

  /** Calls until core answers, as a client does whose core is away for a moment. */
  async persist<T>(call: (clients: ReturnType<typeof connect>) => Promise<T>): Promise<T> {
    for (;;) {
      const clients = await waitFor(() => this.#clients, START_MS)
      try {
        return await call(clients)
      } catch (err) {
        const wasKilled = this.#clients !== clients
        if (!wasKilled && refusalOf(err).code !== status.UNAVAILABLE) throw err
      }
    }
  }
}
