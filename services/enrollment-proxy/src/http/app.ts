import type { Logger } from '@defguard/runtime/logger'
import express, { type ErrorRequestHandler, type Express } from 'express'
import { Callers } from './callers.js'
import type { ClientAddresses } from './client-address.js'
import { badRequest, notFound, toHttpError } from './errors.js'
import type { Limits } from './limits.js'
import type { RefusedAccess } from './refused-access.js'
import { logRequests } from './request-log.js'
import { type RouteParts, routeTable } from './route-table.js'
import { toRouter } from './routes.js'
import { type StaticFiles, serveStaticFiles } from './static-files.js'

export interface AppParts extends RouteParts {
  readonly log: Logger
  readonly addresses: ClientAddresses
  readonly limits: Limits
  readonly refusals: RefusedAccess
  readonly files: StaticFiles
}

/** Everything that happens to a request, in order. */
export function createApp(parts: AppParts): Express {
  const { log, limits } = parts
  const callers = new Callers(parts.addresses)

  const app = express()
  app.disable('x-powered-by').disable('etag').disable('query parser')
  app.enable('case sensitive routing')
  app.use(logRequests(log, callers))
  app.use((req, _res, next) => {
    if (req.headers.host === undefined && req.httpVersion === '1.1') throw badRequest()
    if (req.headers.upgrade?.toLowerCase() === 'websocket') throw notFound()
    next()
  })
  app.use('/api', (req, _res, next) => {
    // Nothing of the API has an ETag, yet Express would answer 304 to who asks for any but `*`.
    delete req.headers['if-none-match']
    next()
  })
  app.use('/api/v1', toRouter(routeTable(parts), callers, limits))
  app.use('/api', () => {
    throw notFound()
  })
  app.use(serveStaticFiles(parts.files))
  app.use(answerErrors(log, callers, parts.refusals))
  return app
}

/** Express knows an error handler by its four parameters. */
function answerErrors(log: Logger, callers: Callers, refusals: RefusedAccess): ErrorRequestHandler {
  return (err, req, res, _next) => {
    // The client left in the middle of its request, or the HTTP layer has answered already.
    if (req.destroyed && !req.complete) return
    const answer = toHttpError(err)
    // What core has refused is in its own log.
    if (answer.status === 429 && answer === err) refusals.note(callers.of(req))
    if (answer.status === 500 || answer.status === 502) {
      const { requestId } = callers.of(req)
      log.error({ err: answer.cause ?? answer, requestId }, 'request failed')
    }
    if (res.headersSent) {
      res.destroy()
      return
    }
    for (const [name, value] of Object.entries(answer.headers)) res.setHeader(name, value)
    res.removeHeader('Set-Cookie')
    res.status(answer.status).json(answer.body)
  }
}
