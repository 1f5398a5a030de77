import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** Stands between the proxy and core, counts connections and can keep answers back. */
export class Relay {
  opened = 0
  readonly #sockets = new Set<Socket>()
  /** From core to the proxy, as long as both are open. */
  readonly #answers = new Map<Socket, Socket>()
  readonly #server = createServer((near) => {
    this.opened++
    const far = connect(this.corePort, '127.0.0.1')
    for (const socket of [near, far]) {
      this.#sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        near.destroy()
        far.destroy()
        this.#sockets.delete(socket)
      })
    }
    this.#answers.set(far, near)
    far.on('close', () => this.#answers.delete(far))
    near.pipe(far).pipe(near)
  })

  constructor(private readonly corePort: number) {}

  async start(): Promise<number> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    return (this.#server.address() as AddressInfo).port
  }

  /** Keeps back what core says over the connections that are open now, until it is released. */
  hold(): { release(): void } {
    const held = [...this.#answers]
    for (const [far, near] of held) far.unpipe(near)
    return {
      release: () => {
        for (const [far, near] of held) far.pipe(near)
      },
    }
  }

  stop(): void {
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
  }
}
