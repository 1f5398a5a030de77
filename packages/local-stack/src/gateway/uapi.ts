import { once } from 'node:events'
import { connect } from 'node:net'
import { type InterfacePeer, type PeerReading, parseKey } from './wireguard.js'

/** Lines of WireGuard's cross-platform userspace API, https://www.wireguard.com/xplatform/. */
export type UapiLine = readonly [key: string, value: string | number]

const ANSWER_TIMEOUT_MS = 5_000

/** Sends one operation to the socket of an interface. @throws Error with the number of what failed */
export async function callUapi(
  socketPath: string,
  operation: 'get' | 'set',
  lines: readonly UapiLine[] = [],
): Promise<UapiLine[]> {
  const socket = connect(socketPath)
  socket.setEncoding('utf8').setTimeout(ANSWER_TIMEOUT_MS, () => {
    socket.destroy(new Error('The interface does not answer.'))
  })
  try {
    await once(socket, 'connect')
    const text = lines.map(([key, value]) => `${key}=${value}\n`).join('')
    socket.write(`${operation}=1\n${text}\n`)
    let answer = ''
    for await (const chunk of socket) {
      answer += chunk
      if (answer.endsWith('\n\n')) break
    }
    return parseAnswer(answer)
  } finally {
    socket.destroy()
  }
}

function parseAnswer(answer: string): UapiLine[] {
  const lines = answer.trim().split('\n').map(splitLine)
  const errno = lines.find(([key]) => key === 'errno')?.[1]
  if (errno !== '0') throw new Error(`The interface refuses: errno ${errno ?? 'missing'}.`)
  return lines
}

function splitLine(line: string): [string, string] {
  const at = line.indexOf('=')
  return [line.slice(0, at), line.slice(at + 1)]
}

/** What makes a peer be so, whether or not there is one of this key. */
export function toLines({ publicKey, allowedIps, keepaliveInterval }: InterfacePeer): UapiLine[] {
  return [
    ['public_key', toHex(publicKey)],
    ['persistent_keepalive_interval', keepaliveInterval],
    ['replace_allowed_ips', 'true'],
    ...allowedIps.map((ip): UapiLine => ['allowed_ip', ip]),
  ]
}

/** The peers in what `get` answers. */
export function toPeers(lines: readonly UapiLine[]): PeerReading[] {
  const peers: { publicKey: string; allowedIps: string[]; values: Map<string, string> }[] = []
  for (const [key, value] of lines) {
    const text = String(value)
    if (key === 'public_key') {
      const publicKey = Buffer.from(text, 'hex').toString('base64')
      peers.push({ publicKey, allowedIps: [], values: new Map() })
    } else if (key === 'allowed_ip') peers.at(-1)?.allowedIps.push(text)
    else peers.at(-1)?.values.set(key, text)
  }
  return peers.map(({ publicKey, allowedIps, values }) => {
    const count = (key: string) => Number(values.get(key) ?? 0)
    return {
      publicKey,
      allowedIps,
      endpoint: values.get('endpoint'),
      keepaliveInterval: count('persistent_keepalive_interval'),
      sentBytes: count('tx_bytes'),
      receivedBytes: count('rx_bytes'),
      latestHandshake: count('last_handshake_time_sec'),
    }
  })
}

/** @throws Error for what is no key */
export function toHex(key: string): string {
  return parseKey(key).toString('hex')
}
