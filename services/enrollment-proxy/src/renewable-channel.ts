import {
  Channel,
  type ChannelCredentials,
  type ChannelInterface,
  type ChannelOptions,
  connectivityState,
} from '@grpc/grpc-js'

/**
 * A channel that changes its credentials under running calls: new calls go over a new connection as
 * soon as there is one, those that run end on the old one.
 */
export class RenewableChannel implements ChannelInterface {
  #current: Channel
  #next: Channel | undefined
  /** Closed when their last call must have ended. */
  readonly #retired = new Map<Channel, NodeJS.Timeout>()

  /** @param callMs how long a call can last */
  constructor(
    private readonly address: string,
    credentials: ChannelCredentials,
    private readonly options: ChannelOptions,
    private readonly callMs: number,
  ) {
    this.#current = new Channel(address, credentials, options)
  }

  /** Goes on with the old credentials for as long as core does not take the new ones. */
  renew(credentials: ChannelCredentials): void {
    this.#next?.close()
    this.#next = new Channel(this.address, credentials, this.options)
    this.#awaitConnection(this.#next)
  }

  #awaitConnection(next: Channel): void {
    if (next !== this.#next) return
    const state = next.getConnectivityState(true)
    if (state === connectivityState.READY) this.#switchTo(next)
    else next.watchConnectivityState(state, Infinity, () => this.#awaitConnection(next))
  }

  #switchTo(next: Channel): void {
    const old = this.#current
    this.#current = next
    this.#next = undefined
    const close = () => {
      this.#retired.delete(old)
      old.close()
    }
    this.#retired.set(old, setTimeout(close, this.callMs))
  }

  createCall(...args: Parameters<ChannelInterface['createCall']>) {
    return this.#current.createCall(...args)
  }

  getConnectivityState(tryToConnect: boolean) {
    return this.#current.getConnectivityState(tryToConnect)
  }

  watchConnectivityState(...args: Parameters<ChannelInterface['watchConnectivityState']>) {
    this.#current.watchConnectivityState(...args)
  }

  getTarget() {
    return this.#current.getTarget()
  }

  getChannelzRef() {
    return this.#current.getChannelzRef()
  }

  close(): void {
    const next = this.#next
    this.#next = undefined
    next?.close()
    for (const [old, timer] of this.#retired) {
      clearTimeout(timer)
      old.close()
    }
    this.#retired.clear()
    this.#current.close()
  }
}
