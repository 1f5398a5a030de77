import { type Request, type Response, Router } from 'express'
import type { z } from 'zod'
import type { Caller } from '../caller.js'
import { readBody } from './body.js'
import type { Callers } from './callers.js'
import { methodNotAllowed, unexpectedAnswer } from './errors.js'
import type { Limits } from './limits.js'

/** A request as a route sees it. */
export interface Exchange {
  readonly caller: Caller
  readonly req: Request
  readonly res: Response
}

export interface Route {
  readonly method: 'get' | 'post'
  readonly path: string
  readonly isLimited: boolean
  handle(exchange: Exchange): Promise<void>
}

type Handle<Args extends unknown[]> = (...args: [...Args, Exchange]) => unknown

/** Body in, core's reply out, each in the shape of its schema. */
export function post<Body extends z.ZodObject>(
  path: string,
  body: Body,
  reply: z.ZodType,
  handle: Handle<[z.output<Body>]>,
): Route {
  return {
    method: 'post',
    path,
    isLimited: true,
    async handle(exchange) {
      const { req, res } = exchange
      res.json(parseReply(reply, await handle(await readBody(body, req, res), exchange)))
    },
  }
}

export function get(path: string, reply: z.ZodType, handle: Handle<[]>): Route {
  return {
    method: 'get',
    path,
    isLimited: true,
    async handle(exchange) {
      exchange.res.json(parseReply(reply, await handle(exchange)))
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
        if (route.isLimited) limits.countRequest(caller)
        await route.handle({ caller, req, res })
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
