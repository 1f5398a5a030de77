import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type ConnectionLimits, Connections } from '@defguard/runtime/connections'
import { badRequest, HttpError, methodNotAllowed } from './errors.js'
import type { ResponseHeaders } from './headers.js'

/** What one client can hold of the server, and for how long. */
export interface WireLimits {
  /** For a request to arrive, head and body. */
  readonly requestMs: number
  /** Until the answer has left, too: who does not read does not keep a connection. */
  readonly exchangeMs: number
  readonly connections: ConnectionLimits
  readonly requestsPerConnection: number
  /** Requests sent without waiting for the answers to those before. */
  readonly pipelined: number
  readonly headers: number
}

export const WIRE_LIMITS: WireLimits = {
  requestMs: 30_000,
  exchangeMs: 120_000,
  connections: { max: 10_000, perAddress: 1_000 },
  requestsPerConnection: 10_000,
  pipelined: 16,
  headers: 100,
}

/** So full, quiet connections make room for new ones. */
const CROWDED = 0.9

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

const TOO_MANY_HEADERS = new HttpError(431, 'Request head is too large', 'invalid_request')

/** Calls the third argument for what it cannot even route. */
type App = (req: IncomingMessage, res: ServerResponse, giveUp: () => void) => void

/** What a connection is busy with. */
interface Exchange {
  readonly req: IncomingMessage
  readonly res: ServerResponse
  /** Requests so far, this one included. */
  readonly count: number
}

/** Node's HTTP server with our limits, and with our headers and JSON where Node answers by itself. */
export class HttpServer {
  readonly #server: Server
  readonly #connections: Connections
  readonly #exchanges = new WeakMap<Duplex, Exchange>()
  readonly #unanswered = new WeakMap<Duplex, number>()
  #isStopping = false

  /** @param peerOf whose share of the connections one is; undefined for who may have any number */
  constructor(
    app: App,
    private readonly headers: ResponseHeaders,
    peerOf: (socket: Socket) => string | undefined,
    private readonly limits: WireLimits = WIRE_LIMITS,
  ) {
    this.#connections = new Connections(limits.connections, peerOf)
    const listener = (req: IncomingMessage, res: ServerResponse) => {
      const count = (this.#exchanges.get(req.socket)?.count ?? 0) + 1
      this.#exchanges.set(req.socket, { req, res, count })
      if (!this.#mayRun(req, res)) return
      this.#addHeaders(res, count >= limits.requestsPerConnection)
      app(req, res, () => this.#write(req.socket, badRequest()))
    }
    this.#server = createServer(
      {
        maxHeaderSize: HEAD_MAX_BYTES,
        headersTimeout: limits.requestMs,
        requestTimeout: limits.requestMs,
        connectionsCheckingInterval: Math.min(1_000, limits.requestMs),
        keepAliveTimeout: KEEP_ALIVE_MS,
        // Node would answer without our headers; the app asks for the header itself.
        requireHostHeader: false,
      },
      listener,
    )
    // Beyond its own number of headers Node only leaves the others out.
    this.#server.maxHeadersCount = 0
    this.#server.on('connection', (socket) => this.#admit(socket))
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

  /** How many clients are connected. */
  get connectionCount(): number {
    return this.#connections.count
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

  #admit(socket: Socket): void {
    const { max } = this.limits.connections
    if (this.#connections.count >= max * CROWDED) this.#server.closeIdleConnections()
    this.#connections.admit(socket)
  }

  /** Whether a request is served; the connection of one that asks too much is closed. */
  #mayRun(req: IncomingMessage, res: ServerResponse): boolean {
    const { socket } = req
    const unanswered = (this.#unanswered.get(socket) ?? 0) + 1
    this.#unanswered.set(socket, unanswered)
    if (unanswered > this.limits.pipelined) {
      socket.destroy()
      return false
    }
    if (req.rawHeaders.length > 2 * this.limits.headers) {
      this.#write(socket, TOO_MANY_HEADERS)
      return false
    }
    const timer = setTimeout(() => socket.destroy(), this.limits.exchangeMs).unref()
    res.once('close', () => {
      clearTimeout(timer)
      this.#unanswered.set(socket, (this.#unanswered.get(socket) ?? 1) - 1)
    })
    return true
  }

  /** Whatever way a response takes, it passes here. */
  #addHeaders(res: ServerResponse, isLast: boolean): void {
    for (const [name, value] of Object.entries(this.headers.fixed)) res.setHeader(name, value)
    const writeHead = res.writeHead as (...args: unknown[]) => ServerResponse
    res.writeHead = (...args: unknown[]) => {
      for (const [name, value] of Object.entries(this.headers.current)) res.setHeader(name, value)
      if (isLast || this.#isStopping) res.setHeader('Connection', 'close')
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
