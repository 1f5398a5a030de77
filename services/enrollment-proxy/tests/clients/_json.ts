import type { z } from 'zod'
import type { Answer } from '../_proxy.js'

/**
 * The body as the clients' native parsers read it: every number of this API is an integer and must be
 * written as one, for `12.0` and `1e3` are no integers to them.
 */
export function readBody<T extends z.ZodType>({ headers, text }: Answer, schema: T): z.output<T> {
  const type = headers['content-type']
  if (type !== 'application/json; charset=utf-8') throw new Error(`The answer is ${type}.`)
  return schema.parse(parseJson(text))
}

export function parseJson(text: string): unknown {
  const assertInteger = (_key: string, value: unknown, context?: { source?: string }) => {
    if (typeof value === 'number' && !/^-?(0|[1-9]\d*)$/.test(context?.source ?? '')) {
      throw new Error(`${context?.source} is not written as an integer.`)
    }
    return value
  }
  return JSON.parse(text, assertInteger)
}
