import type { Answer } from '../_proxy.js'

interface Cookie {
  readonly name: string
  readonly value: string
  readonly path: string
  readonly expiresAt: number
  readonly isSecure: boolean
}

/** A cookie jar of one origin (RFC 6265) that obeys Path, Expires and Secure. */
export class CookieJar {
  readonly #cookies = new Map<string, Cookie>()

  constructor(private readonly clock: () => Date) {}

  store({ headers }: Answer): void {
    for (const line of headers['set-cookie'] ?? []) {
      const [pair = '', ...attributes] = line.split(';').map((part) => part.trim())
      const [name = '', value = ''] = split(pair)
      const of = new Map(
        attributes.map((part) => split(part)).map(([k, v]) => [k.toLowerCase(), v]),
      )
      const path = of.get('path') ?? '/'
      const expires = of.get('expires')
      this.#cookies.set(`${name} ${path}`, {
        name,
        value,
        path,
        expiresAt: expires === undefined ? Number.POSITIVE_INFINITY : Date.parse(expires),
        isSecure: of.has('secure'),
      })
    }
  }

  /** The headers that go along to this address. */
  headersFor(url: string): Record<string, string> {
    const { protocol, pathname } = new URL(url)
    const now = this.clock().getTime()
    const pairs = [...this.#cookies.values()]
      .filter(({ expiresAt }) => now < expiresAt)
      .filter(({ isSecure }) => !isSecure || protocol === 'https:')
      .filter(({ path }) => `${pathname}/`.startsWith(path.endsWith('/') ? path : `${path}/`))
      .map(({ name, value }) => `${name}=${value}`)
    return pairs.length > 0 ? { Cookie: pairs.join('; ') } : {}
  }
}

function split(pair: string): [string, string] {
  const at = pair.indexOf('=')
  return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)]
}
