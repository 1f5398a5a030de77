import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/** A way to a server of this machine that can forget its connections, as a firewall does: nobody is told. */
export class DarkPath {
  readonly #open = new Set<Socket>()

  private constructor(private readonly server: Server) {}

  static async start(port: number): Promise<DarkPath> {
    const server = createServer().listen(0, '127.0.0.1')
    const path = new DarkPath(server)
    server.on('connection', (socket) => path.#pass(socket, connect(port, '127.0.0.1')))
    await once(server, 'listening')
    return path
  }

  /** The same address by this way. */
  through(url: string): string {
    const way = new URL(url)
    way.hostname = '127.0.0.1'
    way.port = String((this.server.address() as AddressInfo).port)
    return way.href
  }

  /** From now on nothing comes through of what is open; new connections do. */
  forget(): void {
    for (const socket of this.#open) socket.unpipe().pause()
  }

  stop(): void {
    this.server.close()
    for (const socket of this.#open) socket.destroy()
  }

  #pass(one: Socket, other: Socket): void {
    for (const socket of [one, other]) {
      this.#open.add(socket)
      socket.on('error', () => socket.destroy())
      socket.on('close', () => this.#open.delete(socket))
    }
    one.pipe(other).pipe(one)
  }
}
