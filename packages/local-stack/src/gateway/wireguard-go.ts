import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { isAlive } from '../processes.js'
import type { NetworkNamespace } from './network-namespace.js'
import { callUapi, toHex, toLines, toPeers, type UapiLine } from './uapi.js'
import type { InterfaceConfiguration, InterfacePeer, PeerReading, WireGuard } from './wireguard.js'

const run = promisify(execFile)

const SOCKETS = '/var/run/wireguard'
const START_TIMEOUT_MS = 10_000
const STOP_TIMEOUT_MS = 5_000
const POLL_MS = 10
/** Dies with us, however we die; the TUN device goes with it. */
const PROGRAM = ['setpriv', '--pdeathsig', 'TERM', 'wireguard-go', '--foreground']

export interface WireGuardGoOptions {
  /** Where its addresses are, and what comes out of the tunnels. */
  readonly namespace: NetworkNamespace
  /**
   * Where its UDP socket is: in the namespace, to be reached over a cable, or on this machine, to be
   * reached by whoever reaches the machine.
   */
  readonly socket: 'in the namespace' | 'on this machine'
}

/** A real interface, in a process of its own and with its addresses in a namespace of their own. */
export class WireGuardGo implements WireGuard {
  readonly #socketPath: string
  readonly #ended: Promise<string>

  private constructor(
    readonly interfaceName: string,
    private readonly namespace: NetworkNamespace,
    private readonly child: ChildProcess,
  ) {
    this.#socketPath = join(SOCKETS, `${interfaceName}.sock`)
    this.#ended = endOf(child)
  }

  /** Up, without a key, addresses or peers. */
  static async open({ namespace, socket }: WireGuardGoOptions): Promise<WireGuardGo> {
    await removeOrphanSockets()
    // Interfaces have names of at most 15 characters, and one namespace for their control sockets.
    const name = `dg${process.pid}n${randomBytes(2).toString('hex')}`
    const [program = '', ...args] = [...PROGRAM, name]
    const isHere = socket === 'on this machine'
    const options = { stdio: 'ignore' } as const
    const child = isHere ? spawn(program, args, options) : namespace.spawn(program, args, options)
    const wireGuard = new WireGuardGo(name, namespace, child)
    try {
      const failed = wireGuard
        .ended()
        .then((how) => Promise.reject(new Error(`wireguard-go ${how}.`)))
      await Promise.race([wireGuard.#isListening(), failed])
      if (isHere) await run('ip', ['link', 'set', name, 'netns', namespace.name])
      await namespace.ip(`link set ${name} up`)
    } catch (err) {
      await wireGuard.close()
      throw err
    }
    return wireGuard
  }

  async apply({ privateKey, port, addresses, peers }: InterfaceConfiguration): Promise<void> {
    const name = this.interfaceName
    const commands = addresses.map((address) => `address add ${address} dev ${name} nodad`)
    await this.namespace.ip([`address flush dev ${name}`, ...commands].join('\n'))
    await callUapi(this.#socketPath, 'set', [
      ['private_key', toHex(privateKey)],
      ['listen_port', port],
      ['replace_peers', 'true'],
      ...peers.flatMap(toLines),
    ])
  }

  async setPeer(peer: InterfacePeer): Promise<void> {
    await callUapi(this.#socketPath, 'set', toLines(peer))
  }

  async removePeer(publicKey: string): Promise<void> {
    const lines: UapiLine[] = [
      ['public_key', toHex(publicKey)],
      ['remove', 'true'],
    ]
    await callUapi(this.#socketPath, 'set', lines)
  }

  async readPeers(): Promise<PeerReading[]> {
    return toPeers(await callUapi(this.#socketPath, 'get'))
  }

  /** Resolves, with words for a sentence, when its process has ended for whatever reason. */
  ended(): Promise<string> {
    return this.#ended
  }

  /** The namespace stays. */
  async close(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return
    this.child.kill('SIGTERM')
    const timer = setTimeout(() => this.child.kill('SIGKILL'), STOP_TIMEOUT_MS)
    await this.#ended
    clearTimeout(timer)
  }

  async #isListening(): Promise<void> {
    for (const end = Date.now() + START_TIMEOUT_MS; ; await delay(POLL_MS)) {
      const isThere = await stat(this.#socketPath).then(
        () => true,
        () => false,
      )
      if (isThere) return
      if (Date.now() >= end) throw new Error('wireguard-go does not listen.')
    }
  }
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (err) => resolve(`cannot be started (${err.message})`))
    child.once('close', (code, signal) => resolve(`was ended with ${signal ?? code}`))
  })
}

/** What processes that were killed have left: each is named after who made it. */
async function removeOrphanSockets(): Promise<void> {
  for (const file of await readdir(SOCKETS).catch(() => [])) {
    const pid = /^dg(\d+)n\w+\.sock$/.exec(file)?.[1]
    if (pid && !isAlive(Number(pid))) await rm(join(SOCKETS, file), { force: true })
  }
}
