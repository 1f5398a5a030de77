import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/** What stands before several cores: a connection goes to the first of them that takes it. */
export class Balancer {
  readonly #open = new Set<Socket>()

  private constructor(
    private readonly server: Server,
    private readonly ports: readonly number[],
  ) {}

  /** @param ports of this machine, the preferred one first */
  static async start(ports: readonly number[]): Promise<Balancer> {
    const server = createServer().listen(0, '127.0.0.1')
    const balancer = new Balancer(server, ports)
    server.on('connection', (socket) => void balancer.#pass(socket))
    await once(server, 'listening')
    return balancer
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port
  }

  stop(): void {
    this.server.close()
    for (const socket of this.#open) socket.destroy()
  }

  async #pass(socket: Socket): Promise<void> {
    this.#keep(socket)
    for (const port of this.ports) {
      const core = connect(port, '127.0.0.1')
      this.#keep(core)
      if (!(await once(core, 'connect').catch(() => undefined))) continue
      core.on('close', () => socket.destroy())
      socket.on('close', () => core.destroy())
      socket.pipe(core).pipe(socket)
      return
    }
    socket.destroy()
  }

  /** Neither end's failure is anybody else's. */
  #keep(socket: Socket): void {
    this.#open.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => this.#open.delete(socket))
  }
}
