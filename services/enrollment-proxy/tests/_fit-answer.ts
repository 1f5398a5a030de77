import { expect } from '@jest/globals'
import type { OddRequest } from './_fuzz.js'
import { internalsIn } from './_internal-text.js'
import type { Answer } from './_proxy.js'

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
  expect({ text, told: internalsIn(text) }).toEqual({ text, told: [] })
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
