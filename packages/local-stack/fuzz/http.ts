import { Agent, request as httpRequest } from 'node:http'
import type { Outcome } from './outcome.ts'

/** Longer than the proxy may wait for core. */
const PATIENCE_MS = 20_000

export interface HttpRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer | undefined
  /** Breaks the connection after so many bytes of the body. */
  readonly cutAfterBytes?: number
}

/** Asks the proxy as any client may. */
export class HttpSender {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 })
  readonly #port: number

  constructor(port: number) {
    this.#port = port
  }

  close(): void {
    this.#agent.destroy()
  }

  send({ method, path, headers, body, cutAfterBytes }: HttpRequest): Promise<Outcome> {
    const startedAt = performance.now()
    return new Promise((resolve) => {
      const end = (code: string, head: string, text: Buffer, reply?: unknown) => {
        const ms = performance.now() - startedAt
        const { error, reason } = (reply ?? {}) as { error?: string; reason?: string }
        const words = error ?? ''
        const bytes = Buffer.concat([Buffer.from(`${head}\n`), text])
        resolve({ code, isAccepted: code === '200', words, reason, bytes, reply, ms })
      }
      const isCut = cutAfterBytes !== undefined
      const sent = httpRequest({
        host: '127.0.0.1',
        port: this.#port,
        method,
        path,
        headers: {
          ...headers,
          ...(body && !isCut ? { 'Content-Length': String(body.length) } : {}),
        },
        agent: isCut ? new Agent({ maxSockets: 1 }) : this.#agent,
        timeout: PATIENCE_MS,
      })
      sent.once('timeout', () => sent.destroy(new Error('TIMEOUT')))
      sent.once('error', (err) => {
        end(isCut ? 'CUT' : err.message === 'TIMEOUT' ? 'TIMEOUT' : 'BROKEN', '', Buffer.alloc(0))
      })
      sent.once('response', (answer) => {
        const pieces: Buffer[] = []
        answer.on('data', (piece: Buffer) => pieces.push(piece))
        answer.once('error', () => end(isCut ? 'CUT' : 'BROKEN', '', Buffer.alloc(0)))
        answer.once('end', () => {
          const text = Buffer.concat(pieces)
          const head = answer.rawHeaders.join('\n')
          const cookies = answer.headers['set-cookie'] ?? []
          end(String(answer.statusCode), head, text, toReply(text, cookies))
        })
      })
      if (isCut) {
        sent.write(body?.subarray(0, cutAfterBytes) ?? '')
        setTimeout(() => sent.destroy(), 5)
      } else sent.end(body)
    })
  }
}

/** Without what Node itself refuses to send. */
export function sendable(headers: Readonly<Record<string, string>>): Record<string, string> {
  const kept = Object.entries(headers).filter(([, value]) =>
    /^[\t\x20-\x7e\x80-\xff]*$/.test(value),
  )
  return Object.fromEntries(kept)
}

/** What JSON came, with the session of its cookie beside it, as core would reply. */
function toReply(text: Buffer, cookies: readonly string[]): unknown {
  const [, session] = /^[^=]+=([^;]*)/.exec(cookies[0] ?? '') ?? []
  try {
    const json: unknown = JSON.parse(text.toString())
    if (typeof json !== 'object' || json === null) return json
    return { ...json, ...(session ? { session_secret: session } : {}) }
  } catch {
    return undefined // a page, or a text
  }
}
