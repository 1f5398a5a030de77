import { execFile } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { NetworkNamespace } from '@defguard/local-stack/gateway/network-namespace'
import { WireGuardGo } from '@defguard/local-stack/gateway/wireguard-go'

const run = promisify(execFile)

const SILENCE_MS = 1_000
const PING_EVERY_S = '0.02'
const ANSWERS_BEFORE = 10

export interface Server {
  readonly publicKey: string
  /** Host and port. */
  readonly endpoint: string
  /** Of the server inside of the tunnel. */
  readonly address: string
}

/** A person's end of a tunnel, which tells to some hundredths of a second when the other end answers. */
export class ClientTunnel {
  readonly #namespace: NetworkNamespace
  readonly #wireGuard: WireGuardGo
  readonly #server: Server

  private constructor(namespace: NetworkNamespace, wireGuard: WireGuardGo, server: Server) {
    this.#namespace = namespace
    this.#wireGuard = wireGuard
    this.#server = server
  }

  static async open(namespace: NetworkNamespace, server: Server): Promise<ClientTunnel> {
    const wireGuard = await WireGuardGo.open({ namespace, socket: 'in the namespace' })
    return new ClientTunnel(namespace, wireGuard, server)
  }

  /** Is somebody's from now on. */
  async become(privateKey: string, address: string): Promise<void> {
    const [wireGuard, namespace, server] = [this.#wireGuard, this.#namespace, this.#server]
    await wireGuard.apply({ privateKey, port: 0, addresses: [`${address}/32`], peers: [] })
    await namespace.ip(`route replace ${server.address}/32 dev ${wireGuard.interfaceName}`)
  }

  /** Tries a handshake and a ping. */
  async isAnswered(): Promise<boolean> {
    const { publicKey, endpoint, address } = this.#server
    const set = ['set', this.#wireGuard.interfaceName, 'peer', publicKey]
    // One that was not answered would try again after five seconds only.
    await run('wg', [...set, 'remove'])
    await run('wg', [...set, 'endpoint', endpoint, 'allowed-ips', `${address}/32`])
    return this.#namespace.run('ping', ['-n', '-c', '1', '-W', '0.1', address]).then(
      () => true,
      () => false,
    )
  }

  /** Resolves at the first answer. */
  async opened(): Promise<number> {
    while (!(await this.isAnswered()));
    return performance.now()
  }

  /**
   * Does something while pings go through, and waits until none does.
   * @returns from its end to the last answer, ms
   */
  async closedBy(act: () => Promise<unknown>): Promise<number> {
    const ping = this.#namespace.spawn('ping', ['-n', '-i', PING_EVERY_S, this.#server.address])
    let [answers, answeredAt] = [0, performance.now()]
    ping.stdout?.on('data', () => {
      answers++
      answeredAt = performance.now()
    })
    while (answers < ANSWERS_BEFORE) await delay(10)
    await act()
    const done = performance.now()
    while (performance.now() < answeredAt + SILENCE_MS) await delay(10)
    ping.kill()
    return Math.max(0, answeredAt - done)
  }

  async close(): Promise<void> {
    await this.#wireGuard.close()
  }
}
