import { status } from '@grpc/grpc-js'
import { CoreFailure } from '../core-failure.js'
import type { ErrorReply } from './contract.js'

/** An answer other than 200, as the client sees it. */
export class HttpError extends Error {
  override readonly name = 'HttpError'

  constructor(
    readonly status: number,
    text: string,
    readonly reason?: string,
    readonly headers: Readonly<Record<string, string>> = {},
    options?: ErrorOptions,
  ) {
    super(text, options)
  }

  get body(): ErrorReply {
    return { error: this.message, ...(this.reason === undefined ? {} : { reason: this.reason }) }
  }
}

export const badRequest = () => new HttpError(400, 'Bad request', 'invalid_request')

export const notFound = () => new HttpError(404, 'Not found')

export const methodNotAllowed = (allow: string) =>
  new HttpError(405, 'Method not allowed', undefined, { Allow: allow })

/** @param retryAfterS is rounded up: who comes back then is let in */
export function tooManyRequests(retryAfterS: number): HttpError {
  const seconds = Math.max(1, Math.ceil(retryAfterS))
  const text = `Too many requests, try again in ${seconds} s`
  return new HttpError(429, text, 'rate_limited', { 'Retry-After': String(seconds) })
}

export const unexpectedAnswer = (cause?: unknown) =>
  new HttpError(502, 'Unexpected answer from core', 'internal', {}, { cause })

const internal = (cause: unknown) =>
  new HttpError(500, 'Internal server error', 'internal', {}, { cause })

const unreachable = (cause: unknown) =>
  new HttpError(
    503,
    'Core is not reachable, try again in a moment',
    'core_unreachable',
    { 'Retry-After': '5' },
    { cause },
  )

const timedOut = (cause: unknown) =>
  new HttpError(504, 'Core did not answer in time, try again', 'core_timeout', {}, { cause })

/** For a limit of core's that does not say how long it lasts. */
const RETRY_AFTER_DEFAULT_S = 10

type Answer = (failure: CoreFailure) => HttpError

/** Core's words are shown with their reason; a bare status is the transport's and shows nothing. */
function refusal(httpStatus: number): Answer {
  return (failure) => {
    const { refusal } = failure
    return refusal
      ? new HttpError(httpStatus, refusal.text, refusal.reason)
      : unexpectedAnswer(failure)
  }
}

const exhausted: Answer = (failure) =>
  failure.refusal?.reason === 'rate_limited'
    ? tooManyRequests(failure.retryAfterS ?? RETRY_AFTER_DEFAULT_S)
    : refusal(400)(failure)

const ANSWER_OF = {
  [status.OK]: unexpectedAnswer,
  [status.INVALID_ARGUMENT]: refusal(400),
  [status.ALREADY_EXISTS]: refusal(400),
  [status.OUT_OF_RANGE]: refusal(400),
  [status.RESOURCE_EXHAUSTED]: exhausted,
  [status.UNAUTHENTICATED]: refusal(401),
  [status.PERMISSION_DENIED]: refusal(403),
  [status.NOT_FOUND]: refusal(404),
  [status.FAILED_PRECONDITION]: refusal(428),
  [status.UNAVAILABLE]: unreachable,
  [status.ABORTED]: unreachable,
  [status.DEADLINE_EXCEEDED]: timedOut,
  [status.CANCELLED]: timedOut,
  [status.UNIMPLEMENTED]: unexpectedAnswer,
  [status.UNKNOWN]: internal,
  [status.INTERNAL]: internal,
  [status.DATA_LOSS]: internal,
} satisfies Record<status, Answer>

/** Whatever was thrown on the way of a request, as the client may see it. */
export function toHttpError(err: unknown): HttpError {
  if (err instanceof HttpError) return err
  if (err instanceof CoreFailure) return ANSWER_OF[err.code](err)
  return internal(err)
}
