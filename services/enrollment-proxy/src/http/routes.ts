import { type Request, type Response, Router } from 'express'
import type { z } from 'zod'
import type { Caller } from '../caller.js'
import { readBody } from './body.js'
import type { Callers } from './callers.js'
import type { SessionCookie } from './cookies.js'
import { methodNotAllowed, unexpectedAnswer } from './errors.js'
import type { Limited, Limits } from './limits.js'

/** A request as a route sees it. */
export interface Exchange {
  readonly caller: Caller
  /** The secret in the route's session cookie; empty when there is none, and core says so. */
  readonly session: string
  readonly res: Response
}

/** What a route promises: it is served by these words, and described by them in the API's document. */
interface Promises extends Omit<Limited, 'isLimited'> {
  readonly tag: string
  readonly summary: string
  /** The cookie that names the session. */
  readonly session?: SessionCookie
  /** The cookie that a success sets or removes. */
  readonly sets?: SessionCookie
  /** What else it is refused with, beside what its body and its session may lack. */
  readonly refusals?: readonly (400 | 401 | 403 | 404 | 503)[]
  /** False where core is not asked. */
  readonly asksCore?: boolean
}

export interface JsonPromises<Reply extends z.ZodType> extends Promises {
  readonly reply: Reply
}

export interface BodyPromises<Body extends z.ZodObject, Reply extends z.ZodType>
  extends JsonPromises<Reply> {
  readonly body: Body
}

export interface Route extends Promises, Limited {
  readonly method: 'get' | 'post'
  readonly path: string
  readonly body?: z.ZodObject
  /** Undefined: the answer is a text. */
  readonly reply?: z.ZodType
  handle(exchange: Exchange, req: Request): Promise<void>
}

/** What core replied, not yet in the shape of the schema. */
type Handle<Args extends unknown[]> = (...args: [...Args, Exchange]) => unknown

/** Body in, core's reply out, each in the shape of its schema. */
export function post<Body extends z.ZodObject, Reply extends z.ZodType>(
  path: string,
  promises: BodyPromises<Body, Reply>,
  handle: Handle<[z.output<Body>]>,
): Route {
  return {
    ...promises,
    method: 'post',
    path,
    isLimited: true,
    async handle(exchange, req) {
      const body = await readBody(promises.body, req, exchange.res)
      exchange.res.json(parseReply(promises.reply, await handle(body, exchange)))
    },
  }
}

export function get<Reply extends z.ZodType>(
  path: string,
  promises: JsonPromises<Reply>,
  handle: Handle<[]>,
): Route {
  return {
    ...promises,
    method: 'get',
    path,
    isLimited: true,
    async handle(exchange) {
      exchange.res.json(parseReply(promises.reply, await handle(exchange)))
    },
  }
}

/** Refusals come in the order of the contract: 404, 405, 429, then what the body is about. */
export function toRouter(routes: readonly Route[], callers: Callers, limits: Limits): Router {
  const router = Router({ caseSensitive: true, strict: true })
  for (const route of routes) {
    router
      .route(route.path)
      [route.method](async (req, res) => {
        const caller = callers.of(req)
        const session = route.session?.read(req.headers.cookie) ?? ''
        const exchange = { caller, session, res }
        await limits.within(route, exchange, () => route.handle(exchange, req))
      })
      .all(() => {
        throw methodNotAllowed(route.method === 'get' ? 'GET, HEAD' : 'POST')
      })
  }
  return router
}

function parseReply<Schema extends z.ZodType>(schema: Schema, reply: unknown): z.output<Schema> {
  const { data, error } = schema.safeParse(reply)
  if (error) throw unexpectedAnswer(error)
  return data
}
