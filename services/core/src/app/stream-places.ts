import { DomainError } from '../domain/errors.js'

/** So many streams of one kind one token may have here. Hosts that share one need one each. */
const STREAMS_MAX = 10

/** Ends a stream at once, whatever waits in it. */
export type Fail = (err: Error) => void

/**
 * Who has a stream of one kind with which token. The oldest gives way to one too many: a gateway that
 * comes back must not wait until the streams that it has lost are noticed.
 */
export class StreamPlaces {
  readonly #places = new Map<number, Set<Fail>>()

  get gatewayIds(): number[] {
    return [...this.#places.keys()]
  }

  /** @returns how to leave the place */
  take(gatewayId: number, fail: Fail): () => void {
    const places = this.#places.get(gatewayId) ?? new Set()
    const [oldest] = places
    if (oldest && places.size >= STREAMS_MAX) {
      places.delete(oldest)
      oldest(new DomainError('gateway_replaced'))
    }
    this.#places.set(gatewayId, places.add(fail))
    return () => {
      places.delete(fail)
      if (places.size === 0 && this.#places.get(gatewayId) === places)
        this.#places.delete(gatewayId)
    }
  }

  /** Ends the streams of a gateway. */
  end(gatewayId: number, err: Error): void {
    for (const fail of [...(this.#places.get(gatewayId) ?? [])]) fail(err)
  }
}
