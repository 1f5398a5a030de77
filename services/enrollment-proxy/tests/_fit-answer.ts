import { expect } from '@jest/globals'
import type { OddRequest } from './_fuzz.js'
import type { Answer } from './_proxy.js'

/** What no answer may tell: how we are built, where we run, and what somebody has sent. */
const INTERNAL_TEXT: Readonly<Record<string, RegExp>> = {
  'a stack frame': /\bat .+:\d+(:\d+)?\)?$|\n\s*at /m,
  'a source file': /\w\.[cm]?[jt]s\b|node:|node_modules|\bfile:\//,
  'a path': /(^|[\s"'(])\/\w+\/\w/,
  'an exception': /\b[A-Z]\w*(Error|Exception)\b|Cannot read|is not a function|\[object |undefined/,
  SQL: /\bselect .* from\b|insert into|delete from|\bupdate "|(relation|column|table) "|syntax error/i,
  'a constraint': /duplicate key|violates|constraint|deadlock|"\w+_(key|check|fkey|pkey)"/i,
  PostgreSQL: /postgres|\bpg_|sqlstate|kysely|invalid byte sequence/i,
  gRPC: /grpc|protobuf|rst_stream|http\/2|\b\d+ [A-Z]{2,}[A-Z_]*:|DEADLINE_EXCEEDED|UNAVAILABLE/i,
  'a fault of the network': /\bE[A-Z]{4,}\b|getaddrinfo|socket hang up/,
  'an address': /\b\d{1,3}(\.\d{1,3}){3}\b|\b[\da-f]{1,4}:[\da-f:]*:[\da-f:]*/i,
  'a host': /localhost|\b[\w-]+\.(internal|local|lan|com|net|org)\b|\w:\d{2,5}\b/i,
  'a secret': /dg[a-z]_\w+|[\w+/]{43}=/,
}

/** Whatever was asked, an answer of the API looks like this. */
export function expectFit(answer: Answer, sent: OddRequest): void {
  expect(answer.status).toBeLessThan(500)
  expect(answer.headers['defguard-component-version']).toMatch(/^1\.6\.6\+/)
  // Of all there is only a file of the wizard may be kept by a browser, and be asked for again.
  if (answer.status === 200 || (answer.status === 304 && !isApi(sent.path))) return
  expect(answer.headers['content-type']).toBe('application/json; charset=utf-8')
  if (sent.method === 'HEAD') return
  const { error, reason, ...rest } = answer.json ?? {}
  expect(rest).toEqual({})
  expect(error).toEqual(expect.any(String))
  if (reason !== undefined) expect(reason).toMatch(/^[a-z_]+$/)
  expectNothingInternal(String(error))
  for (const value of wordsOf(sent.body.toString())) expect(error).not.toContain(value)
}

export function expectNothingInternal(text: string): void {
  const told = Object.entries(INTERNAL_TEXT).filter(([, pattern]) => pattern.test(text))
  expect({ text, told: told.map(([name]) => name) }).toEqual({ text, told: [] })
}

export const isApi = (path: string) => /^\/api(\/|\?|$)/.test(path)

/** The strings of a body that are long enough to be recognised again. */
function wordsOf(body: string): string[] {
  const words: string[] = []
  try {
    JSON.parse(body, (_key, value) => {
      if (typeof value === 'string' && value.trim().length >= 8) words.push(value)
    })
  } catch {
    return [] // no JSON, no values
  }
  return words
}
