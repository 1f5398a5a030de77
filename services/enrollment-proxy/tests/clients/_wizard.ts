import type { z } from 'zod'
import type { Send } from '../_pair.js'
import { PUBLIC_URL } from '../_pair.js'
import type { Answer } from '../_proxy.js'
import { answersFor } from './_answers.js'
import { CookieJar } from './_jar.js'
import { readBody } from './_json.js'

export const WIZARD_ANSWERS = answersFor('wizard')

/** The wizard's calls from a browser of its own. */
export class Wizard {
  readonly #jar: CookieJar

  constructor(
    private readonly send: Send,
    clock: () => Date,
  ) {
    this.#jar = new CookieJar(clock)
  }

  get(path: string): Promise<Answer> {
    return this.ask('GET', path, undefined)
  }

  post(path: string, body: object): Promise<Answer> {
    return this.ask('POST', path, body)
  }

  /** The answer of a call that works. */
  async read<T extends z.ZodType>(answer: Promise<Answer>, schema: T): Promise<z.output<T>> {
    const { status, text } = await answer
    if (status !== 200) throw new Error(`The wizard shows an error: ${text}`)
    return readBody(await answer, schema)
  }

  private async ask(method: string, path: string, body: object | undefined): Promise<Answer> {
    const url = `${PUBLIC_URL}api/v1${path}`
    const answer = await this.send(url, {
      method,
      headers: {
        Accept: '*/*',
        'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64)',
        'Sec-Fetch-Site': 'same-origin',
        ...(body ? { 'Content-Type': 'application/json', Origin: PUBLIC_URL.slice(0, -1) } : {}),
        ...this.#jar.headersFor(url),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    this.#jar.store(answer)
    return answer
  }
}
