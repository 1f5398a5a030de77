import fc from 'fast-check'
import type { DocumentJudge } from './_api-document.js'
import { expectFit } from './_fit-answer.js'
import { fieldsOf, type OddRequest, oddPost } from './_fuzz.js'
import type { Answer, TestProxy } from './_proxy.js'

interface Options {
  readonly bursts: number
  /** How long an answer may take; longer than any call waits for core. */
  readonly patienceMs?: number
  /** The same requests each time, up to the first that is answered badly. */
  readonly seed?: number
  readonly look?: (sent: OddRequest, answer: Answer) => void
}

/** Sends about 20 requests at once, as many clients would, again and again; every answer must be fit. */
export async function sendBursts(
  proxy: TestProxy,
  request: fc.Arbitrary<OddRequest>,
  { bursts, patienceMs = 15_000, seed, look = () => {} }: Options,
): Promise<void> {
  async function send(odd: OddRequest): Promise<Answer> {
    const headers = { ...odd.headers, 'Content-Length': String(odd.body.length) }
    const signal = AbortSignal.timeout(patienceMs)
    const answer = await proxy.ask(odd.path, { ...odd, headers, signal })
    expectFit(answer, odd)
    return answer
  }
  const burst = fc.array(request, { minLength: 1, maxLength: 40, size: 'max' })
  const isFit = fc.asyncProperty(burst, async (requests) => {
    proxy.advance(60_000) // the quotas of a minute begin anew
    const answers = await Promise.all(requests.map(send))
    for (const [i, odd] of requests.entries()) look(odd, answers[i] as Answer)
  })
  await fc.assert(isFit, {
    numRuns: bursts,
    ...(seed === undefined ? {} : { seed, endOnFailure: true }),
  })
}

/** The same for one route of the document, whose answers must also be as documented. */
export async function fuzzRoute(
  proxy: TestProxy,
  judge: DocumentJudge,
  path: string,
  { cookies = [], ...options }: Omit<Options, 'look'> & { readonly cookies?: readonly string[] },
): Promise<Set<number>> {
  const fields = fieldsOf(judge.document, path)
  if (!fields) throw new Error(`${path} has no body`)
  const statuses = new Set<number>()
  await sendBursts(proxy, oddPost(path, fields, cookies), {
    ...options,
    look(_sent, answer) {
      judge.expectAsDocumented('post', path, answer)
      statuses.add(answer.status)
    },
  })
  return statuses
}
