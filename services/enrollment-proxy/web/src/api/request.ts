import type { ErrorReply } from '../../../src/http/contract.js'
import { pageLanguage } from '../browser/page-language.js'
import { clockSkewMs } from '../flow/time-left.js'

/** The proxy answers within 10 s; whoever waits longer has lost the answer. */
const ANSWER_TIMEOUT_MS = 15_000

export interface Answer<T> {
  readonly body: T
  /** How far the server's clock is ahead of ours. */
  readonly skewMs: number
}

/** Core or the proxy said no, and will say so again. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly reason: string | undefined
  /** From now; only with `rate_limited`. */
  readonly retryAfterMs: number

  constructor(reply: Partial<ErrorReply>, retryAfterMs: number) {
    super(reply.error ?? 'refused')
    this.reason = reply.reason
    this.retryAfterMs = retryAfterMs
  }
}

/** No answer, or one that only says "not now". Every call of ours may be repeated (API §5). */
export class Unreachable extends Error {
  override readonly name = 'Unreachable'
  /** True when the proxy answered, and has therefore waited for core already. */
  readonly isFromProxy: boolean

  constructor(isFromProxy: boolean) {
    super('no answer')
    this.isFromProxy = isFromProxy
  }
}

export async function get<T>(path: string): Promise<Answer<T>> {
  return send<T>(path, { method: 'GET', headers: sentAlways() })
}

export async function post<T>(path: string, body: object): Promise<Answer<T>> {
  const headers = { ...sentAlways(), 'Content-Type': 'application/json' }
  return send<T>(path, { method: 'POST', headers, body: JSON.stringify(body) })
}

/** Core writes to the person in the language of the page, whatever the browser would say. */
function sentAlways() {
  return { 'Accept-Language': pageLanguage() }
}

async function send<T>(path: string, init: RequestInit): Promise<Answer<T>> {
  const sentAt = Date.now()
  const { response, text } = await answerTo(path, init)
  const skewMs = clockSkewMs(response.headers.get('Date'), sentAt, Date.now())
  const reply = parseJson(text)
  if (response.ok && reply !== undefined) {
    // The proxy parses each reply with the schema whose type this is.
    return { body: reply as T, skewMs }
  }
  throw toError(response, (reply ?? {}) as Partial<ErrorReply>)
}

async function answerTo(
  path: string,
  init: RequestInit,
): Promise<{ response: Response; text: string }> {
  try {
    const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS)
    const response = await fetch(`/api/v1${path}`, { ...init, signal, cache: 'no-store' })
    return { response, text: await response.text() }
  } catch {
    throw new Unreachable(false)
  }
}

function toError(response: Response, reply: Partial<ErrorReply>): Refusal | Unreachable {
  const { status } = response
  if (status === 503 || status === 504) return new Unreachable(reply.reason !== undefined)
  // Without a reason it is a load balancer's, in front of a proxy that restarts.
  if (status === 502 && reply.reason === undefined) return new Unreachable(false)
  const retryAfterS = Number(response.headers.get('Retry-After') ?? Number.NaN)
  const reason = status === 429 ? 'rate_limited' : reply.reason
  return new Refusal({ ...reply, reason }, (Number.isFinite(retryAfterS) ? retryAfterS : 10) * 1000)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
