import { formsOf } from '../tests/_secrets.ts'

/** So many bytes of a spelling are looked up; whatever is shorter is no secret. */
const KEY_BYTES = 10
const FILTER_BITS = 1 << 26
const SECRET_TOKEN = /\bdg[a-z]_[0-9A-Za-z]{38}\b/g

interface Spelling {
  readonly bytes: Buffer
  readonly what: string
  readonly secret: string
  readonly form: string
  readonly order: number
}

export interface FoundSecret {
  /** `session secret (base64, byte 1)` */
  readonly what: string
  readonly secret: string
}

/**
 * Every secret of a run in every spelling, tens of thousands of them, looked for in one pass over a
 * text: a filter of hashes tells nearly all places where none can begin.
 */
export class Secrets {
  readonly #filter = new Uint32Array(FILTER_BITS / 32)
  readonly #spellings = new Map<string, Spelling[]>()
  readonly #byKind = new Map<string, string[]>()
  readonly #known = new Set<string>()
  #order = 0

  /** How many are known; what is found can be limited to those that were known at a moment. */
  get order(): number {
    return this.#order
  }

  add(kind: string, secret: string): void {
    if (this.#known.has(secret) || Buffer.byteLength(secret) < KEY_BYTES) return
    this.#known.add(secret)
    this.#order++
    const ofKind = this.#byKind.get(kind) ?? []
    ofKind.push(secret)
    this.#byKind.set(kind, ofKind)
    for (const [form, text] of Object.entries(formsOf(secret))) {
      const bytes = Buffer.from(text)
      if (bytes.length < KEY_BYTES) continue
      const bit = hashAt(bytes, 0) % FILTER_BITS
      this.#filter[bit >>> 5] = (this.#filter[bit >>> 5] as number) | (1 << (bit & 31))
      const key = bytes.toString('latin1', 0, KEY_BYTES)
      const spellings = this.#spellings.get(key) ?? []
      spellings.push({ bytes, what: kind, secret, form, order: this.#order })
      this.#spellings.set(key, spellings)
    }
  }

  /** Remembers every credential that stands in a text, whatever it is for. */
  addTokensIn(text: string): void {
    for (const [token] of text.matchAll(SECRET_TOKEN)) this.add(token.slice(0, 4), token)
  }

  kinds(): string[] {
    return [...this.#byKind.keys()]
  }

  /** A recent one of a kind, or undefined if there is none. */
  recent(kind: string, back: number): string | undefined {
    const ofKind = this.#byKind.get(kind) ?? []
    return ofKind[Math.max(0, ofKind.length - 1 - back)]
  }

  /** @param until only those that were known when `order` was this */
  find(bytes: Buffer, until = this.#order): FoundSecret[] {
    const found = new Map<string, FoundSecret>()
    for (let at = 0; at + KEY_BYTES <= bytes.length; at++) {
      const bit = hashAt(bytes, at) % FILTER_BITS
      if (((this.#filter[bit >>> 5] as number) & (1 << (bit & 31))) === 0) continue
      for (const spelling of this.#spellings.get(bytes.toString('latin1', at, at + KEY_BYTES)) ??
        []) {
        const { bytes: whole, what, secret, form, order } = spelling
        if (order > until || found.has(secret)) continue
        if (bytes.subarray(at, at + whole.length).equals(whole)) {
          found.set(secret, { what: `${what} (${form})`, secret })
        }
      }
    }
    return [...found.values()]
  }

  /** A text fit for a report. */
  mask(text: string): string {
    let masked = text
    for (const { what, secret } of this.find(Buffer.from(text))) {
      for (const form of Object.values(formsOf(secret)))
        masked = masked.replaceAll(form, `<${what}>`)
    }
    return masked.replaceAll(SECRET_TOKEN, (token) => `<${token.slice(0, 4)}…>`)
  }
}

function hashAt(bytes: Buffer, at: number): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < KEY_BYTES; i++) {
    hash = Math.imul(hash ^ (bytes[at + i] as number), 0x01000193)
  }
  return (hash ^ (hash >>> 15)) >>> 0
}
