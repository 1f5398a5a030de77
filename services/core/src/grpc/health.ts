import type { Server } from '@grpc/grpc-js'
import { HealthImplementation } from 'grpc-health-check'

const INTERVAL_MS = 1_000

/** Serves grpc.health.v1: SERVING exactly while `isServing` says so, asked once a second. */
export class Health {
  readonly #health = new HealthImplementation({ '': 'UNKNOWN' })
  #timer: NodeJS.Timeout | undefined
  #isAsking = false

  constructor(private readonly isServing: () => Promise<boolean>) {}

  addTo(server: Server): void {
    this.#health.addToServer(server)
  }

  async start(): Promise<void> {
    await this.#ask()
    this.#timer = setInterval(() => void this.#ask(), INTERVAL_MS)
  }

  /** Tells load balancers and proxies to go elsewhere before the listener closes. */
  stop(): void {
    clearInterval(this.#timer)
    this.#health.setStatus('', 'NOT_SERVING')
  }

  async #ask(): Promise<void> {
    if (this.#isAsking) return
    this.#isAsking = true
    const isServing = await this.isServing().catch(() => false)
    this.#health.setStatus('', isServing ? 'SERVING' : 'NOT_SERVING')
    this.#isAsking = false
  }
}
