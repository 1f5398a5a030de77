import type { Rng } from './rng.ts'
import type { Secrets } from './secrets.ts'

const ODD_TEXTS = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  '\udfff\ud800',
  '\u202eevil',
  '\u2066x\u2069',
  'e\u0301\u0301\u0301',
  '<img src=x onerror=alert(1)>',
  '"><script>alert(1)</script>',
  "'; drop table device; --",
  '{{#if x}}{{first_name}}',
  '{{{first_name}}}',
  '%s %n %00',
  'a\r\nBcc: all@example.com',
  '\x1b[2J\x1b]0;title\x07',
  '../../etc/passwd',
  '__proto__',
  'constructor',
  'null',
  '-1',
  '9'.repeat(400),
  '10.0.0.0/0',
  '::/0',
  'a'.repeat(70_000),
  '😀'.repeat(300),
]
const ODD_NUMBERS = [0, -1, 1, 2 ** 31 - 1, -(2 ** 31), 2 ** 53 - 1, 4, 99]
const BYTES_MAX = 200
const ITEMS_MAX = 60

/** Fields that hold a credential: a real one of another kind may stand there, and must not help. */
const CREDENTIAL_FIELD = /token|session|secret|password|code/

/** Opening a location to everybody would make all that follows slow, and no finding. */
const KEPT_FIELD = 'allow_all_groups'

/** So many of each kind may be tried, the newest first. */
const RECENT = 200

export function oddText(rng: Rng): string {
  if (rng.chance(0.6)) return rng.pick(ODD_TEXTS)
  return Array.from({ length: rng.int(60) }, () => String.fromCharCode(rng.int(0x3000))).join('')
}

/** A credential of some kind, well-formed and real. */
export function anyCredential(rng: Rng, secrets: Secrets): string {
  const kinds = secrets.kinds()
  return kinds.length > 0 ? (secrets.recent(rng.pick(kinds), rng.int(RECENT)) ?? '') : ''
}

/** A request with one thing in it that should not be there; of the same types, so that it can be sent. */
export function withOddField(request: unknown, rng: Rng, secrets: Secrets): unknown {
  const places = placesIn(request, [])
  if (places.length === 0) return request
  const place = rng.pick(places)
  const odd = (value: unknown): unknown => {
    if (typeof value === 'number') return rng.pick(ODD_NUMBERS)
    if (typeof value === 'boolean') return !value
    if (Array.isArray(value)) {
      return rng.chance(0.5) ? [] : Array(rng.int(ITEMS_MAX)).fill(value[0] ?? oddText(rng))
    }
    const isCredential = CREDENTIAL_FIELD.test(String(place.at(-1)))
    return isCredential && rng.chance(0.6) ? anyCredential(rng, secrets) : oddText(rng)
  }
  return replaceAt(request, place, odd)
}

/** The same for JSON, where a field may be of any type, or more, or missing. */
export function withOddJson(body: object, rng: Rng, secrets: Secrets): unknown {
  const kept = withOddField(body, rng, secrets) as object
  if (rng.chance(0.5)) return kept
  const name = rng.pick([...Object.keys(body), '__proto__', 'token', oddText(rng)])
  const value = rng.pick<unknown>([null, 1.5, true, [], {}, [[[]]], { nested: 'x' }, oddText(rng)])
  // Not by assignment, which `__proto__` would not survive.
  return Object.fromEntries([...Object.entries(kept), [name, value]])
}

/** Bytes that were a message, or never. */
export function spoilt(bytes: Buffer, rng: Rng): Buffer {
  if (bytes.length === 0 || rng.chance(0.2)) return rng.bytes(rng.int(BYTES_MAX))
  const at = rng.int(bytes.length)
  const cut = at + rng.int(8)
  return Buffer.concat([bytes.subarray(0, at), rng.bytes(rng.int(8)), bytes.subarray(cut)])
}

/** What a client may say of itself; core must take it as a claim, and as data. */
export function oddMetadata(rng: Rng): Record<string, string> {
  const names = [
    'x-client-address',
    'x-client-user-agent',
    'x-client-version',
    'x-client-platform',
    'x-client-language',
    'x-request-id',
    'user-agent',
    'x-forwarded-for',
  ]
  const chosen = names.filter(() => rng.chance(0.5))
  return Object.fromEntries(chosen.map((name) => [name, encodeURIComponent(safe(oddText(rng)))]))
}

/** Half of a pair of surrogates cannot be encoded; and heads of requests are short. */
const safe = (text: string): string => text.replace(/[\ud800-\udfff]/g, '?').slice(0, 1_000)

type Place = readonly (string | number)[]

/** Where something stands that could be something else. */
function placesIn(value: unknown, at: Place): Place[] {
  if (typeof value !== 'object' || value === null) return value === undefined ? [] : [at]
  if (Buffer.isBuffer(value)) return []
  const inner = Object.entries(value).flatMap(([key, each]) =>
    key === KEPT_FIELD ? [] : placesIn(each, [...at, Array.isArray(value) ? Number(key) : key]),
  )
  return Array.isArray(value) && at.length > 0 ? [...inner, at] : inner
}

function replaceAt(
  value: unknown,
  [first, ...rest]: Place,
  odd: (value: unknown) => unknown,
): unknown {
  if (first === undefined) return odd(value)
  if (Array.isArray(value)) {
    return value.map((each, i) => (i === first ? replaceAt(each, rest, odd) : each))
  }
  const inner = (value as Record<string, unknown>)[first]
  return { ...(value as object), [first]: replaceAt(inner, rest, odd) }
}
