import { expect } from '@jest/globals'
import { Ajv2020, type AnySchemaObject, type ValidateFunction } from 'ajv/dist/2020.js'
import type { Answer, TestProxy } from './_proxy.js'

interface Operation {
  readonly requestBody?: { readonly content: Record<string, { schema: AnySchemaObject }> }
  readonly security: readonly Record<string, unknown>[]
  readonly responses: Record<string, { content: Record<string, { schema: AnySchemaObject }> }>
}

export interface ApiDocument {
  readonly openapi: string
  readonly paths: Record<string, Record<string, Operation>>
  readonly components: Record<string, Record<string, AnySchemaObject>>
}

/** The document a proxy serves, as a judge of its answers. */
export async function readDocument(proxy: TestProxy) {
  const { json } = await proxy.get('/api/v1/openapi.json')
  const document = json as unknown as ApiDocument
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  ajv.addSchema(closed(document), 'api')
  const validators = new Map<string, ValidateFunction>()

  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
  )

  function validatorOf(method: string, path: string, status: number, type: string) {
    const pointer = ['paths', path, method, 'responses', status, 'content', type, 'schema']
      .map((part) => String(part).replaceAll('~', '~0').replaceAll('/', '~1'))
      .join('/')
    const known = validators.get(pointer)
    const validate = known ?? ajv.compile({ $ref: `api#/${encodeURI(pointer)}` })
    validators.set(pointer, validate)
    return validate
  }

  return {
    document,
    operations,
    statusesOf: (method: string, path: string): number[] =>
      Object.keys(document.paths[path]?.[method]?.responses ?? {}).map(Number),
    /** Holds an answer against what the document says of its route and status. */
    expectAsDocumented(method: string, path: string, answer: Answer): void {
      const response = document.paths[path]?.[method]?.responses[answer.status]
      if (!response) throw new Error(`${method} ${path}: ${answer.status} is not documented`)
      const [type = ''] = Object.keys(response.content)
      expect(answer.headers['content-type']).toBe(`${type}; charset=utf-8`)
      const validate = validatorOf(method, path, answer.status, type)
      validate(type === 'application/json' ? answer.json : answer.text)
      expect({ method, path, status: answer.status, errors: validate.errors }).toEqual({
        method,
        path,
        status: answer.status,
        errors: null,
      })
    },
  }
}

export type DocumentJudge = Awaited<ReturnType<typeof readDocument>>

/** What the document does not name may come from no client; from the proxy it must not come either. */
function closed(node: unknown): AnySchemaObject {
  if (Array.isArray(node)) return node.map(closed) as unknown as AnySchemaObject
  if (typeof node !== 'object' || node === null) return node as unknown as AnySchemaObject
  const entries = Object.entries(node).map(([key, value]) => [key, closed(value)])
  const copy = Object.fromEntries(entries)
  return copy.type === 'object' && copy.properties && !('additionalProperties' in copy)
    ? { ...copy, additionalProperties: false }
    : copy
}
