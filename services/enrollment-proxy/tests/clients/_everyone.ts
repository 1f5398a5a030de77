import type { Answer } from '../_proxy.js'
import { answersFor, FAMILIES } from './_answers.js'
import { readBody } from './_json.js'

export type AnswerKind = keyof ReturnType<typeof answersFor>

/** Reads an answer as every client does, so that the first that cannot fails the test. */
export function assertReadable(answer: Answer, kind: AnswerKind): void {
  if (kind === 'error' ? answer.status < 400 : answer.status !== 200) {
    throw new Error(`The answer is ${answer.status}: ${answer.text}`)
  }
  for (const family of FAMILIES) readBody(answer, answersFor(family)[kind])
}
