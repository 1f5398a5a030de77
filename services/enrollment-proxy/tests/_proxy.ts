import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type IncomingHttpHeaders, request } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TlsFiles } from '@defguard/runtime/tls-files'
import type { ProxyConfig } from '../src/config.js'
import { parseNetwork } from '../src/http/client-address.js'
import { createProxy } from '../src/proxy.js'

export const INDEX_HTML = '<!doctype html><title>Enrollment</title>'
export const SCRIPT = `console.log('${'wizard '.repeat(100)}')`

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  /** The parsed text; undefined when it is no JSON. */
  readonly json: Record<string, unknown> | undefined
}

export interface Ask {
  readonly method?: string
  readonly headers?: Record<string, string | string[]>
  readonly body?: string | Buffer
  readonly signal?: AbortSignal
}

export interface Changes {
  readonly publicUrl?: string
  readonly trusted?: readonly string[]
  readonly rateLimit?: ProxyConfig['rateLimit']
  readonly webRoot?: string
  /** In plaintext without. */
  readonly tls?: TlsFiles
  readonly connections?: ProxyConfig['connections']
  readonly coreCallsMax?: number
}

/** A proxy of its own in front of a core on this port. */
export async function startTestProxy(corePort: number, changes: Changes = {}) {
  const webRoot = mkdtempSync(join(tmpdir(), 'wizard-'))
  writeFileSync(join(webRoot, 'index.html'), INDEX_HTML)
  writeFileSync(join(webRoot, 'robots.txt'), 'User-agent: *')
  mkdirSync(join(webRoot, 'assets'))
  writeFileSync(join(webRoot, 'assets', 'index-Ab12.js'), SCRIPT)
  const time = { elapsedMs: 1_000_000 }
  const proxy = createProxy(
    {
      logLevel: 'silent',
      core: { address: `localhost:${corePort}`, tls: changes.tls },
      http: { bindAddress: '127.0.0.1', port: 0 },
      publicUrl: changes.publicUrl ?? 'http://localhost:8080/',
      trustedProxies: (changes.trusted ?? []).map((text) => {
        const network = parseNetwork(text)
        if (!network) throw new Error(`${text} is no network`)
        return network
      }),
      connections: changes.connections ?? { max: 1_000, perAddress: 0 },
      coreCallsMax: changes.coreCallsMax ?? 512,
      rateLimit: changes.rateLimit ?? { perSecond: 0, burst: 0 },
      webRoot: changes.webRoot ?? webRoot,
    },
    { elapsedMs: () => time.elapsedMs },
  )
  await proxy.start()

  async function ask(
    path: string,
    { method = 'GET', headers = {}, body, signal }: Ask = {},
  ): Promise<Answer> {
    const req = request({
      host: '127.0.0.1',
      port: proxy.port,
      path,
      method,
      headers,
      agent: false,
      ...(signal ? { signal } : {}),
    })
    const answered = once(req, 'response')
    // The rest of a body that nobody wants may be cut off after the answer.
    req.on('error', () => {})
    req.end(body)
    const [res] = await answered
    let text = ''
    for await (const chunk of res.setEncoding('utf8')) text += chunk
    return { status: res.statusCode, headers: res.headers, text, json: parse(text) }
  }

  return {
    get port() {
      return proxy.port
    },
    ask,
    get: (path: string, headers: Ask['headers'] = {}) => ask(path, { headers }),
    post: (path: string, body: unknown, headers: Ask['headers'] = {}) =>
      ask(`/api/v1${path}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...headers },
        body: JSON.stringify(body),
      }),
    /** Sends bytes as they are and returns all that comes back until the proxy hangs up. */
    async raw(bytes: string): Promise<string> {
      const socket = connect(proxy.port, '127.0.0.1')
      socket.end(bytes)
      let text = ''
      for await (const chunk of socket.setEncoding('latin1')) text += chunk
      return text
    },
    advance(ms: number) {
      time.elapsedMs += ms
    },
    async stop() {
      await proxy.stop()
      rmSync(webRoot, { recursive: true })
    },
  }
}

export type TestProxy = Awaited<ReturnType<typeof startTestProxy>>

function parse(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Looks until there is something to see. */
export async function waitFor<T>(
  look: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  for (const until = performance.now() + 15_000; performance.now() < until; ) {
    const seen = await look()
    if (seen !== undefined && seen !== false) return seen
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error('It did not happen in time.')
}
