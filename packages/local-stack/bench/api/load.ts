// The clients, in a process of their own: as many connections as asked for, each with one request
// at a time. Plain sockets, so that on a small machine the servers get most of it.
import { connect } from 'node:net'
import { performance } from 'node:perf_hooks'

export interface Load {
  readonly port: number
  readonly connections: number
  readonly warmUpMs: number
  readonly measuredMs: number
  /** Sent in turn, over and over. */
  readonly requests: readonly ClientRequest[]
}

export interface ClientRequest {
  readonly path: string
  readonly body: object
  readonly cookie?: string
}

export interface Measured {
  /** Of each request, in milliseconds, in no order. */
  readonly latencies: Float64Array
  readonly ms: number
  /** Heads of answers that were not 200; none is expected. */
  readonly refusals: readonly string[]
}

/** Client addresses that take turns, as a load balancer in front of the proxy would name them. */
const ADDRESSES = 5_000
const REFUSALS_MAX = 3

if (process.send) process.on('message', async (load: Load) => process.send?.(await run(load)))

async function run(load: Load): Promise<Measured> {
  const requests = spread(load.requests)
  const latencies: number[] = []
  const refusals: string[] = []
  const begin = performance.now() + load.warmUpMs
  const end = begin + load.measuredMs
  let sent = 0
  const clients = Array.from({ length: load.connections }, () =>
    runClient(
      load.port,
      () => {
        const now = performance.now()
        return now < end ? requests[sent++ % requests.length] : undefined
      },
      (ms, status) => {
        if (performance.now() >= begin) latencies.push(ms)
        if (status !== 'HTTP/1.1 200' && refusals.length < REFUSALS_MAX) refusals.push(status)
      },
    ),
  )
  await Promise.all(clients)
  return { latencies: Float64Array.from(latencies), ms: performance.now() - begin, refusals }
}

/** One connection: the next request goes out when the answer to the last is complete. */
function runClient(
  port: number,
  next: () => Buffer | undefined,
  onAnswer: (ms: number, status: string) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    let received = Buffer.alloc(0)
    let missing: number | undefined
    let status = ''
    let sentAt = 0
    const send = () => {
      const request = next()
      if (!request) {
        socket.end()
        return
      }
      sentAt = performance.now()
      socket.write(request)
    }
    socket.on('connect', send)
    socket.on('data', (chunk) => {
      if (missing === undefined) {
        received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
        const headEnd = received.indexOf('\r\n\r\n')
        if (headEnd < 0) return
        const head = received.toString('latin1', 0, headEnd)
        const [, length] = /\r\ncontent-length: (\d+)/i.exec(head) ?? []
        status = head.slice(0, 12)
        missing = Number(length) - (received.length - headEnd - 4)
        received = Buffer.alloc(0)
      } else {
        missing -= chunk.length
      }
      if (missing > 0) return
      missing = undefined
      onAnswer(performance.now() - sentAt, status)
      send()
    })
    socket.on('error', reject)
    socket.on('close', () => resolve())
  })
}

function spread(requests: readonly ClientRequest[]): Buffer[] {
  const count = Math.ceil(ADDRESSES / requests.length) * requests.length
  return Array.from({ length: count }, (_, i) => {
    const { path, body, cookie } = requests[i % requests.length] as ClientRequest
    const text = JSON.stringify(body)
    const head = [
      `POST ${path} HTTP/1.1`,
      'Host: localhost',
      'Content-Type: application/json',
      `Content-Length: ${Buffer.byteLength(text)}`,
      `X-Forwarded-For: 10.20.${i >> 8}.${i & 255}`,
      'defguard-client-version: 1.6.6',
      ...(cookie ? [`Cookie: ${cookie}`] : []),
    ]
    return Buffer.from(`${head.join('\r\n')}\r\n\r\n${text}`)
  })
}
