import type { Socket } from 'node:net'

export interface ConnectionLimits {
  readonly max: number
  /** 0: as many as there are in all. */
  readonly perAddress: number
}

/** Open connections, in all and by who is on the other end: those that are too many are closed at once. */
export class Connections {
  readonly #limits: ConnectionLimits
  readonly #peerOf: (socket: Socket) => string | undefined
  readonly #ofPeer = new Map<string, number>()
  #count = 0

  /** @param peerOf whose share a connection is; undefined for who may have any number */
  constructor(limits: ConnectionLimits, peerOf: (socket: Socket) => string | undefined) {
    this.#limits = limits
    this.#peerOf = peerOf
  }

  get count(): number {
    return this.#count
  }

  /** Keeps a connection, or closes it and returns false. */
  admit(socket: Socket): boolean {
    const peer = this.#limits.perAddress > 0 ? this.#peerOf(socket) : undefined
    const ofPeer = peer === undefined ? 0 : (this.#ofPeer.get(peer) ?? 0)
    const isFull = this.#count >= this.#limits.max
    if (isFull || (peer !== undefined && ofPeer >= this.#limits.perAddress)) {
      socket.destroy()
      return false
    }
    this.#count++
    if (peer !== undefined) this.#ofPeer.set(peer, ofPeer + 1)
    socket.once('close', () => this.#forget(peer))
    return true
  }

  #forget(peer: string | undefined): void {
    this.#count--
    if (peer === undefined) return
    const left = (this.#ofPeer.get(peer) ?? 1) - 1
    if (left > 0) this.#ofPeer.set(peer, left)
    else this.#ofPeer.delete(peer)
  }
}
