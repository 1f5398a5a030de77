import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { badRequest, HttpError, methodNotAllowed } from './errors.js'
import type { ResponseHeaders } from './headers.js'

const REQUEST_TIMEOUT_MS = 30_000
/** Longer than load balancers keep a quiet connection, so that it is they who close it. */
const KEEP_ALIVE_MS = 75_000
const HEAD_MAX_BYTES = 16 * 1024
/** Longer than any call waits for core. */
const DRAIN_MS = 12_000
const LINGER_MS = 1_000

/** What Node's parser refuses before there is a request. */
const ANSWER_OF_CODE: Readonly<Record<string, HttpError>> = {
  HPE_HEADER_OVERFLOW: new HttpError(431, 'Request head is too large', 'invalid_request'),
  ERR_HTTP_REQUEST_TIMEOUT: new HttpError(408, 'Request took too long', 'invalid_request'),
}

/** Calls the third argument for what it cannot even route. */
type App = (req: IncomingMessage, res: ServerResponse, giveUp: () => void) => void

/** Node's HTTP server with our limits, and with our headers and JSON where Node answers by itself. */
export class HttpServer {
  readonly #server: Server
  readonly #exchanges = new WeakMap<Duplex, { req: IncomingMessage; res: ServerResponse }>()
  #isStopping = false

  constructor(
    app: App,
    private readonly headers: ResponseHeaders,
    requestTimeoutMs = REQUEST_TIMEOUT_MS,
  ) {
    const listener = (req: IncomingMessage, res: ServerResponse) => {
      this.#exchanges.set(req.socket, { req, res })
      this.#addHeaders(res)
      app(req, res, () => this.#write(req.socket, badRequest()))
    }
    this.#server = createServer(
      {
        maxHeaderSize: HEAD_MAX_BYTES,
        headersTimeout: requestTimeoutMs,
        requestTimeout: requestTimeoutMs,
        connectionsCheckingInterval: Math.min(1_000, requestTimeoutMs),
        keepAliveTimeout: KEEP_ALIVE_MS,
        // Node would answer without our headers; the app asks for the header itself.
        requireHostHeader: false,
      },
      listener,
    )
    this.#server.on('checkContinue', listener)
    this.#server.on('checkExpectation', listener)
    this.#server.on('connect', (_req, socket) => this.#write(socket, methodNotAllowed('GET, HEAD')))
    this.#server.on('clientError', (err: NodeJS.ErrnoException, socket) => {
      if (!this.#canAnswer(socket)) socket.destroy()
      else this.#write(socket, ANSWER_OF_CODE[err.code ?? ''] ?? badRequest())
    })
  }

  /** Answers with the port, which the system chooses for 0. */
  listen({ bindAddress, port }: { bindAddress: string; port: number }): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(port, bindAddress, () => {
        this.#server.off('error', reject)
        resolve((this.#server.address() as AddressInfo).port)
      })
    })
  }

  /** Takes no new requests and lets running ones finish, for a bounded time. */
  stop(): Promise<void> {
    this.#isStopping = true
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#server.closeAllConnections(), DRAIN_MS)
      this.#server.close(() => {
        clearTimeout(timer)
        resolve()
      })
    })
  }

  /** Whatever way a response takes, it passes here. */
  #addHeaders(res: ServerResponse): void {
    for (const [name, value] of Object.entries(this.headers.fixed)) res.setHeader(name, value)
    const writeHead = res.writeHead as (...args: unknown[]) => ServerResponse
    res.writeHead = (...args: unknown[]) => {
      for (const [name, value] of Object.entries(this.headers.current)) res.setHeader(name, value)
      if (this.#isStopping) res.setHeader('Connection', 'close')
      return writeHead.apply(res, args)
    }
  }

  /** Whether the peer waits for an answer, and has not begun to get one. */
  #canAnswer(socket: Duplex): boolean {
    if (!socket.writable) return false
    const exchange = this.#exchanges.get(socket)
    if (!exchange) return true
    const { req, res } = exchange
    return req.complete ? res.writableFinished : !res.headersSent
  }

  #write(socket: Duplex, answer: HttpError): void {
    const body = JSON.stringify(answer.body)
    const headers = {
      Date: new Date().toUTCString(),
      ...this.headers.fixed,
      ...this.headers.current,
      ...answer.headers,
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': String(Buffer.byteLength(body)),
      Connection: 'close',
    }
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
    const statusLine = `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status]}`
    socket.end([statusLine, ...lines, '', body].join('\r\n'))
    // Closing at once would reset the connection, and the peer might lose the answer.
    setTimeout(() => socket.destroy(), LINGER_MS).unref()
  }
}
