/** Beyond this many clients at a time the one that was quiet longest is forgotten. */
const CLIENTS_MAX = 50_000

/** A map that forgets what has not been touched for longest. */
class Recent<V> {
  readonly #values = new Map<string, V>()

  get(key: string): V | undefined {
    return this.#values.get(key)
  }

  set(key: string, value: V): void {
    this.#values.delete(key)
    this.#values.set(key, value)
    if (this.#values.size <= CLIENTS_MAX) return
    const [oldest] = this.#values.keys()
    if (oldest !== undefined) this.#values.delete(oldest)
  }
}

/** So many per second for ever, and a supply for bursts; a token bucket, kept as the time it is full again. */
export class Bucket {
  readonly #fullAt = new Recent<number>()
  readonly #intervalMs: number

  constructor(
    perSecond: number,
    private readonly burst: number,
  ) {
    this.#intervalMs = 1000 / perSecond
  }

  /** Takes one. Returns 0, or the milliseconds until there is one again. */
  take(key: string, nowMs: number): number {
    const fullAt = Math.max(this.#fullAt.get(key) ?? nowMs, nowMs) + this.#intervalMs
    const waitMs = fullAt - nowMs - this.burst * this.#intervalMs
    if (waitMs > 0) return waitMs
    this.#fullAt.set(key, fullAt)
    return 0
  }
}

/** So many per window, which opens with the first. */
export class Window {
  readonly #counts = new Recent<{ endsAt: number; taken: number }>()

  constructor(
    private readonly max: number,
    private readonly windowMs: number,
  ) {}

  /** Milliseconds until there is one again; 0 if there is. */
  waitMs(key: string, nowMs: number): number {
    const { endsAt, taken } = this.#open(key, nowMs)
    return taken < this.max ? 0 : endsAt - nowMs
  }

  /** Takes one if there is one, and returns what `waitMs` said before. */
  take(key: string, nowMs: number): number {
    const waitMs = this.waitMs(key, nowMs)
    if (waitMs > 0) return waitMs
    const { endsAt, taken } = this.#open(key, nowMs)
    this.#counts.set(key, { endsAt, taken: taken + 1 })
    return 0
  }

  #open(key: string, nowMs: number): { endsAt: number; taken: number } {
    const count = this.#counts.get(key)
    return count && nowMs < count.endsAt ? count : { endsAt: nowMs + this.windowMs, taken: 0 }
  }
}
