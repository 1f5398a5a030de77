import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { LocationConfig } from '../../../services/enrollment-proxy/web/src/flow/flow.js'
import { layCable, NetworkNamespace } from '../src/gateway/network-namespace.js'
import { WireGuardGo } from '../src/gateway/wireguard-go.js'

const run = promisify(execFile)

/** Where the server is reached from outside the tunnel; documentation addresses (RFC 5737). */
export const SERVER_ENDPOINT = '192.0.2.1'
const CLIENT_ADDRESS = '192.0.2.2'

/** WireGuard repeats a lost handshake after 5 s. */
const ANSWER_TIMEOUT_S = '6'

/** A configuration as it is on disk: the interface gets the file's name. */
export interface TunnelEnd {
  readonly name: string
  readonly config: string
}

export interface Tunnel {
  /** @throws when no answer comes back from this address inside of the tunnel */
  reach(serverAddress: string): Promise<void>
  remove(): Promise<void>
}

/** Two namespaces, joined by a cable. */
export interface Cable {
  /** Reached from the other one as SERVER_ENDPOINT. */
  readonly server: NetworkNamespace
  readonly client: NetworkNamespace
  /** With all that runs in them. */
  remove(): Promise<void>
}

export async function openCable(): Promise<Cable> {
  const [server, client] = [
    await NetworkNamespace.make('server'),
    await NetworkNamespace.make('client'),
  ]
  await layCable(
    { namespace: server, address: `${SERVER_ENDPOINT}/24` },
    { namespace: client, address: `${CLIENT_ADDRESS}/24` },
  )
  const remove = async () => {
    await server.remove()
    await client.remove()
  }
  return { server, client, remove }
}

/** Brings both ends up with wg-quick, each in a network namespace of its own, joined by a cable. */
export async function openTunnel(server: TunnelEnd, client: TunnelEnd): Promise<Tunnel> {
  const cable = await openCable()
  try {
    await bringUp(cable.server, server)
    await bringUp(cable.client, client)
  } catch (err) {
    await cable.remove()
    throw err
  }
  const reach = async (address: string) => {
    await cable.client.run('ping', ['-n', '-c', '1', '-i', '0.2', '-w', ANSWER_TIMEOUT_S, address])
  }
  return { reach, remove: cable.remove }
}

/** Brings up a server alone; `wg` sees its interface from everywhere on this machine. */
export async function openServer(server: TunnelEnd): Promise<{ remove(): Promise<void> }> {
  const namespace = await NetworkNamespace.make('lone')
  try {
    await bringUp(namespace, server)
  } catch (err) {
    await namespace.remove()
    throw err
  }
  return namespace
}

/** What a person does with the file that they have downloaded. */
export async function bringUp(
  namespace: NetworkNamespace,
  { name, config }: TunnelEnd,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'defguard-tunnel-'))
  try {
    const path = join(folder, `${name}.conf`)
    await writeFile(path, config, { mode: 0o600 })
    await namespace.run('wg-quick', ['up', path])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

export interface Client {
  answersPing(address: string): Promise<boolean>
  close(): Promise<void>
}

/** A device that reaches servers at this machine's own addresses; its tunnel ends in a namespace. */
export async function openClient(
  { assigned_ip, allowed_ips, pubkey, endpoint }: LocationConfig,
  privateKey: string,
): Promise<Client> {
  const namespace = await NetworkNamespace.make('client')
  const wireGuard = await WireGuardGo.open({ namespace, socket: 'on this machine' })
  const allowedIps = allowed_ips.split(',')
  const server = { publicKey: pubkey, allowedIps, keepaliveInterval: 0 }
  const addresses = assigned_ip
    .split(',')
    .map((ip) => (ip.includes(':') ? `${ip}/128` : `${ip}/32`))
  await wireGuard.apply({ privateKey, port: 0, addresses, peers: [server] })
  const { interfaceName } = wireGuard
  await run('wg', ['set', interfaceName, 'peer', pubkey, 'endpoint', endpoint])
  await namespace.ip(allowedIps.map((net) => `route add ${net} dev ${interfaceName}`).join('\n'))
  return {
    answersPing: (address) => answersPing(namespace, address),
    async close() {
      await wireGuard.close()
      await namespace.remove()
    },
  }
}

/** A person's machine, with the file that they have downloaded last. */
export class ClientMachine {
  #isUp = false

  /** @param interfaceName what the file is called */
  constructor(
    private readonly namespace: NetworkNamespace,
    private readonly interfaceName: string,
  ) {}

  /** Brings the tunnel up in place of the one before: what was negotiated is forgotten. */
  async use(config: string): Promise<void> {
    if (this.#isUp) {
      await this.namespace.ip(`link del ${this.interfaceName}`)
      this.#isUp = false
    }
    await bringUp(this.namespace, { name: this.interfaceName, config })
    this.#isUp = true
  }

  isAnsweredBy(address: string): Promise<boolean> {
    return answersPing(this.namespace, address)
  }
}

/** Whether an address answers one ping within a second. */
export function answersPing(namespace: NetworkNamespace, address: string): Promise<boolean> {
  return namespace.run('ping', ['-n', '-c', '1', '-W', '1', address]).then(
    () => true,
    () => false,
  )
}
