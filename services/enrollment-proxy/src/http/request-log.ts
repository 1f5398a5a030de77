import type { Logger } from '@defguard/runtime/logger'
import type { Request, RequestHandler } from 'express'
import type { Callers } from './callers.js'

/** One line per request: never its address line, headers or body, which may hold secrets. */
export function logRequests(log: Logger, callers: Callers): RequestHandler {
  return (req, res, next) => {
    const startedAt = performance.now()
    res.once('close', () => {
      const line = {
        method: req.method,
        route: routeOf(req),
        status: res.headersSent ? res.statusCode : undefined,
        ms: Math.round(performance.now() - startedAt),
        requestId: callers.of(req).requestId,
      }
      log[levelOf(req)](line, res.writableFinished ? 'request' : 'request without its answer')
    })
    next()
  }
}

/** The pattern, not the path: people paste tokens in odd places. */
function routeOf(req: Request): string {
  const pattern: unknown = req.route?.path
  if (typeof pattern === 'string') return `/api/v1${pattern}`
  return isApi(req) ? '/api/…' : '/…'
}

function levelOf(req: Request): 'debug' | 'info' {
  const isHealth = /^\/health/.test(String(req.route?.path ?? ''))
  return isHealth || !isApi(req) ? 'debug' : 'info'
}

function isApi(req: Request): boolean {
  return /^\/api(\/|\?|$)/.test(req.originalUrl)
}
