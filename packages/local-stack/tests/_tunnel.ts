import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { waitFor } from './_wait.js'

const run = promisify(execFile)

/** Where the server is reached from outside the tunnel; documentation addresses (RFC 5737). */
export const SERVER_ENDPOINT = '192.0.2.1'
const CLIENT_ADDRESS = '192.0.2.2'

const ECHO_PORT = 7
/** WireGuard repeats a lost handshake after 5 s. */
const ANSWER_TIMEOUT_MS = 6_000
const ECHO_SERVER = `
  const socket = require('node:dgram').createSocket('udp4')
  socket.on('message', (text, from) => socket.send(text, from.port, from.address))
  socket.bind(${ECHO_PORT}, process.argv[1], () => console.log('ready'))`
const ECHO_CLIENT = `
  const socket = require('node:dgram').createSocket('udp4')
  socket.on('message', (text) => process.exit(String(text) === 'ping' ? 0 : 1))
  setInterval(() => socket.send('ping', ${ECHO_PORT}, process.argv[1]), 200)`

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

/** Brings both ends up with wg-quick, each in a network namespace of its own, joined by a cable. */
export async function openTunnel(server: TunnelEnd, client: TunnelEnd): Promise<Tunnel> {
  const folder = await mkdtemp(join(tmpdir(), 'defguard-tunnel-'))
  const namespaces = { server: `dg-server-${process.pid}`, client: `dg-client-${process.pid}` }
  const remove = async () => {
    for (const namespace of Object.values(namespaces)) await removeNamespace(namespace)
    await rm(folder, { recursive: true, force: true })
  }
  try {
    for (const namespace of Object.values(namespaces)) await run('ip', ['netns', 'add', namespace])
    await lay(namespaces)
    await up(namespaces.server, folder, server)
    await up(namespaces.client, folder, client)
  } catch (err) {
    await remove()
    throw err
  }
  return {
    reach: (address) => echo(namespaces, address),
    remove,
  }
}

/** Brings up a server alone; `wg` sees its interface from everywhere on this machine. */
export async function openServer(server: TunnelEnd): Promise<{ remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'defguard-server-'))
  const namespace = `dg-lone-${process.pid}`
  const remove = async () => {
    await removeNamespace(namespace)
    await rm(folder, { recursive: true, force: true })
  }
  try {
    await run('ip', ['netns', 'add', namespace])
    await up(namespace, folder, server)
  } catch (err) {
    await remove()
    throw err
  }
  return { remove }
}

type Namespaces = Readonly<Record<'server' | 'client', string>>

async function lay({ server, client }: Namespaces): Promise<void> {
  const cable = `link add cable netns ${server} type veth peer name cable netns ${client}`
  await run('ip', cable.split(' '))
  for (const [namespace, address] of [
    [server, SERVER_ENDPOINT],
    [client, CLIENT_ADDRESS],
  ] as const) {
    await run('ip', ['-n', namespace, 'address', 'add', `${address}/24`, 'dev', 'cable'])
    await run('ip', ['-n', namespace, 'link', 'set', 'cable', 'up'])
    await run('ip', ['-n', namespace, 'link', 'set', 'lo', 'up'])
  }
}

async function up(namespace: string, folder: string, { name, config }: TunnelEnd): Promise<void> {
  const path = join(folder, `${name}.conf`)
  await writeFile(path, config, { mode: 0o600 })
  await run('ip', ['netns', 'exec', namespace, 'wg-quick', 'up', path])
}

async function echo({ server, client }: Namespaces, address: string): Promise<void> {
  const node = process.execPath
  const answering = spawn('ip', ['netns', 'exec', server, node, '-e', ECHO_SERVER, address])
  try {
    await Promise.race([
      once(createInterface({ input: answering.stdout }), 'line'),
      died(answering),
    ])
    await run('ip', ['netns', 'exec', client, node, '-e', ECHO_CLIENT, address], {
      timeout: ANSWER_TIMEOUT_MS,
    })
  } finally {
    answering.kill()
  }
}

async function died(child: ReturnType<typeof spawn>): Promise<never> {
  const [code] = await once(child, 'close')
  throw new Error(`The answering side ended with ${code}`)
}

/** With what runs in it: wireguard-go, asked to end, also removes its control socket. */
async function removeNamespace(namespace: string): Promise<void> {
  for (const pid of await pidsIn(namespace)) process.kill(pid, 'SIGTERM')
  await waitFor('the end of wireguard-go', async () => (await pidsIn(namespace)).length === 0)
  await run('ip', ['netns', 'del', namespace]).catch(() => undefined) // it was never made
}

async function pidsIn(namespace: string): Promise<number[]> {
  const { stdout } = await run('ip', ['netns', 'pids', namespace]).catch(() => ({ stdout: '' }))
  return stdout.split('\n').filter(Boolean).map(Number)
}
