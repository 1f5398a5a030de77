import {
  OpenAPIRegistry,
  OpenApiGeneratorV31,
  type RouteConfig,
} from '@asteasolutions/zod-to-openapi'
import { z } from 'zod'
import { ErrorReply } from './contract.js'
import type { Route } from './routes.js'

const DESCRIPTION = `The API of the enrollment proxy, as Defguard's desktop, mobile and command line clients call it.

Every answer under \`/api\`, errors included, carries the headers \`defguard-component-version\`, \`defguard-core-version\` and \`defguard-core-connected\`. Unknown fields of a request are ignored; null and missing mean the same. Whatever HTTP itself refuses is 400, 404, 405, 408 or 431 with an \`ErrorReply\`.`

const Document = z.looseObject({
  openapi: z.string(),
  info: z.looseObject({}),
  paths: z.looseObject({}),
})

/** The route that serves the document of all routes, itself included. */
export function documentRoute(routes: readonly Route[], version: string): Route {
  const route: Route = {
    method: 'get',
    path: '/openapi.json',
    tag: 'Information',
    summary: 'This document',
    reply: Document,
    asksCore: false,
    isLimited: true,
    async handle({ res }) {
      res.type('json').send(text)
    },
  }
  const text = JSON.stringify(toDocument([...routes, route], version))
  return route
}

/** OpenAPI 3.1 from the very schemas and promises that serve requests. */
function toDocument(routes: readonly Route[], version: string) {
  const registry = new OpenAPIRegistry()
  for (const cookie of new Set(routes.flatMap(({ session }) => session ?? []))) {
    registry.registerComponent('securitySchemes', cookie.name, {
      type: 'apiKey',
      in: 'cookie',
      name: cookie.name,
    })
  }
  for (const route of routes) registry.registerPath(toPath(route))
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: { title: 'Defguard Enrollment', version, description: DESCRIPTION },
  })
}

function toPath(route: Route): RouteConfig {
  const { method, path, tag, summary, session, body } = route
  return {
    method,
    path: `/api/v1${path}`,
    operationId: `${method}_${path.slice(1).replace(/\W+/g, '_')}`,
    tags: [tag],
    summary,
    security: session ? [{ [session.name]: [] }] : [],
    ...(body ? { request: { body: { required: true, content: toJson(body) } } } : {}),
    responses: { 200: toSuccess(route), ...toRefusals(route) },
  }
}

const toJson = (schema: z.ZodType) => ({ 'application/json': { schema } })

const HEADER = { schema: { type: 'string' } } as const

function toSuccess({ reply, sets }: Route): RouteConfig['responses'][string] {
  return {
    description: 'Done',
    ...(sets ? { headers: { 'Set-Cookie': HEADER } } : {}),
    content: reply
      ? toJson(reply)
      : { 'text/plain': { schema: { type: 'string', const: 'alive' } } },
  }
}

const REFUSALS = {
  400: 'The body is not JSON, or core refuses what it says',
  401: 'Token or session is missing, unknown or over',
  403: 'Not for this kind of token, or not for this person',
  404: 'There is no such thing',
  413: 'The body is larger than 64 KiB',
  415: 'The body is not declared as application/json',
  422: 'The body has another shape',
  429: 'Too many requests',
  500: 'A fault',
  502: 'Core answers something unexpected',
  503: 'Core is not reachable',
  504: 'Core does not answer in time',
} as const

type Status = keyof typeof REFUSALS

function statusesOf({ body, session, isLimited, asksCore = true, refusals = [] }: Route): Status[] {
  return [
    ...refusals,
    ...(body ? ([400, 413, 415, 422] as const) : []),
    ...(session ? ([401, 403] as const) : []),
    ...(isLimited ? ([429] as const) : []),
    ...(asksCore ? ([500, 502, 503, 504] as const) : []),
  ]
}

function toRefusals(route: Route): RouteConfig['responses'] {
  const refusals = statusesOf(route).map((status) => [
    status,
    {
      description: REFUSALS[status],
      ...(status === 429 || status === 503 ? { headers: { 'Retry-After': HEADER } } : {}),
      content: toJson(ErrorReply),
    },
  ])
  return Object.fromEntries(refusals)
}
