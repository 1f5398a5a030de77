import type { Secrets } from './secrets.ts'

export interface Finding {
  readonly what: string
  readonly where: string
  /** One request that did it, secrets masked. */
  readonly request: string
  times: number
}

const REQUEST_MAX = 600

/** What must not be; the same thing at the same place counts as one. */
export class Findings {
  readonly #found = new Map<string, Finding>()
  readonly #secrets: Secrets

  constructor(secrets: Secrets) {
    this.#secrets = secrets
  }

  add(what: string, where: string, request = ''): void {
    const masked = this.#secrets.mask(what)
    const key = `${where}: ${masked.replace(/\d+/g, '0')}`
    const known = this.#found.get(key)
    if (known) known.times++
    else {
      const shown = this.#secrets.mask(request).slice(0, REQUEST_MAX)
      this.#found.set(key, { what: masked, where, request: shown, times: 1 })
    }
  }

  list(): Finding[] {
    return [...this.#found.values()]
  }
}
