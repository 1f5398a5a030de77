import type { Rng } from './rng.ts'

const ITEMS_MAX = 400

/** Things of one kind that exist in the system, for calls to be made with. */
export class Pool<T> {
  readonly #items: T[] = []
  readonly #rng: Rng

  constructor(rng: Rng) {
    this.#rng = rng
  }

  get size(): number {
    return this.#items.length
  }

  /** Beyond the maximum a random one is forgotten; it goes on living in the system. */
  put(...items: readonly T[]): void {
    for (const item of items) {
      if (this.#items.length < ITEMS_MAX) this.#items.push(item)
      else this.#items[this.#rng.int(ITEMS_MAX)] = item
    }
  }

  /** Takes one out, so that no other call meddles with it. */
  take(fits: (item: T) => boolean = () => true): T | undefined {
    const start = this.#rng.int(Math.max(1, this.#items.length))
    for (let i = 0; i < this.#items.length; i++) {
      const at = (start + i) % this.#items.length
      const item = this.#items[at] as T
      if (!fits(item)) continue
      this.#items[at] = this.#items.at(-1) as T
      this.#items.pop()
      return item
    }
    return undefined
  }

  /** One that stays in. */
  pick(fits?: (item: T) => boolean): T | undefined {
    const item = this.take(fits)
    if (item !== undefined) this.#items.push(item)
    return item
  }
}
