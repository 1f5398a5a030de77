import fc from 'fast-check'
import type { ApiDocument } from './_api-document.js'

/** A request that somebody might send. */
export interface OddRequest {
  readonly method: string
  readonly path: string
  readonly headers: Record<string, string>
  readonly body: Buffer
}

const text = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '\u0000',
      '\ud800',
      '\udfff\ud800',
      '',
      'a'.repeat(60_000),
      '😀'.repeat(200),
      "'; drop table device; --",
      '__proto__',
      '{{user.name}} %s %n',
    ),
  },
)

const value = fc.oneof(
  text,
  fc.jsonValue({ maxDepth: 2 }),
  fc.integer(),
  fc.double(),
  fc.constant(null),
)

const ALPHANUMERIC = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz']
const letters = (length: number) =>
  fc.string({
    unit: fc.constantFrom(...ALPHANUMERIC),
    minLength: length,
    maxLength: length,
  })

const token = fc
  .tuple(fc.constantFrom('dge_', 'dgd_', 'dgn_', 'dgr_', 'dgs_', 'dgt_', 'dgp_'), letters(38))
  .map((parts) => parts.join(''))
const key = fc
  .uint8Array({ minLength: 31, maxLength: 33 })
  .map((bytes) => Buffer.from(bytes).toString('base64'))

/** What a field of this name usually holds, so that what stands behind the first check is met too. */
const USUAL: Readonly<Record<string, fc.Arbitrary<string>>> = {
  token,
  pubkey: key,
  auth_pub_key: key,
  device_pub_key: key,
  name: fc.oneof(letters(6), text),
  password: fc.oneof(letters(12), letters(5), text),
  method: fc.constantFrom('Totp', 'Email', 'totp', 'Sms'),
  code: fc.stringMatching(/^\d{6}$/),
  email: letters(5).map((name) => `${name}@example.com`),
  phone_number: fc.constantFrom('+48 600100200', '', 'abc'),
}

const mostly = (usual: fc.Arbitrary<string>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 3, arbitrary: usual }, { weight: 1, arbitrary: value })

/** An object with these fields: mostly all of them and right, sometimes not, and sometimes more. */
function objectOf(fields: readonly string[]): fc.Arbitrary<string> {
  const known = Object.fromEntries(fields.map((name) => [name, mostly(USUAL[name] ?? text)]))
  return fc
    .tuple(
      fc.oneof(
        { weight: 4, arbitrary: fc.record(known) },
        { weight: 1, arbitrary: fc.record(known, { requiredKeys: [] }) },
      ),
      fc.oneof(
        { weight: 4, arbitrary: fc.constant({}) },
        { weight: 1, arbitrary: fc.dictionary(fc.string({ maxLength: 10 }), fc.jsonValue()) },
      ),
    )
    .map(([right, more]) => JSON.stringify({ ...more, ...right }))
}

const garbage = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc.json().map((json) => Buffer.from(json)),
  fc
    .constantFrom('[', '{"a":', '{'.repeat(5_000), '{}'.padEnd(70_000), '\ufeff{}')
    .map((json) => Buffer.from(json)),
)

/** What Node lets a client put into a header. */
const headerText = fc.string({
  unit: fc
    .integer({ min: 0x20, max: 0xff })
    .map((code) => String.fromCharCode(code === 0x7f ? 9 : code)),
  maxLength: 60,
})

const often = <T>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<T>, weight = 6) =>
  fc.oneof({ weight, arbitrary: usual }, { weight: 1, arbitrary: odd })

/** @param cookies real sessions, of which one mostly comes along */
function headersOf(cookies: readonly string[]): fc.Arbitrary<Record<string, string>> {
  const sessions = cookies.length > 0 ? fc.constantFrom(...cookies) : headerText
  const usual = fc.constantFrom('application/json', 'application/json; charset=utf-8')
  const kept = fc.record({
    'Content-Type': often(usual, headerText, 20),
    'X-Forwarded-For': often(fc.ipV4(), headerText),
    Cookie: often(sessions, headerText, 10),
  })
  const more: Record<string, fc.Arbitrary<string>> = {
    'User-Agent': headerText,
    'Accept-Language': headerText,
    'defguard-client-platform': headerText,
    client_version_header: headerText,
    Origin: fc.constantFrom('tauri://localhost', 'null', 'https://evil.example.com'),
    'If-None-Match': fc.constantFrom('*', '"x"'),
    Expect: fc.constantFrom('100-continue', 'anything'),
    'Accept-Encoding': fc.constantFrom('gzip', 'br', '*;q=0'),
  }
  const encoding = { 'Content-Encoding': fc.constantFrom('gzip', 'identity', '') }
  return fc
    .tuple(
      kept,
      fc.record(more, { requiredKeys: [] }),
      often<Record<string, string>>(fc.constant({}), fc.record(encoding), 20),
    )
    .map(([first, second, third]) => ({ ...first, ...second, ...third }))
}

/** The fields of the body that the document names for a route; undefined for a route without one. */
export function fieldsOf(document: ApiDocument, path: string): string[] | undefined {
  const schema = document.paths[path]?.post?.requestBody?.content['application/json']?.schema
  if (!schema) return undefined
  const name = String(schema.$ref).split('/').at(-1) ?? ''
  return Object.keys(document.components.schemas?.[name]?.properties ?? {})
}

/** A post to a route: its body mostly as the document says, the rest of the time anything. */
export function oddPost(
  path: string,
  fields: readonly string[],
  cookies: readonly string[],
): fc.Arbitrary<OddRequest> {
  const body = often(
    objectOf(fields).map((json) => Buffer.from(json)),
    garbage,
  )
  return fc.record({
    method: fc.constant('POST'),
    path: fc.constant(path),
    headers: headersOf(cookies),
    body,
  })
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND']

/** What a target may be made of; Node refuses to send anything else. */
const pathText = fc.string({
  unit: fc.constantFrom(...'abcXYZ019-._~%/?#&=+;:@!$\'()*,[]{}|^`"\\<>'),
  maxLength: 30,
})

/** Any method at a path that is a route, nearly one, or none. */
export function oddTarget(paths: readonly string[]): fc.Arbitrary<OddRequest> {
  const known = fc.constantFrom(...paths)
  const near = fc.tuple(known, pathText, fc.nat(40)).map(([path, piece, at]) => {
    const cut = Math.min(at + 1, path.length)
    return path.slice(0, cut) + piece + path.slice(cut)
  })
  const odd = fc.constantFrom(
    '/api',
    '/api/',
    '/api/v1/',
    '/api/v1/client-mfa/remote?token=x',
    '/api/v1/openid/auth_info',
    '/api/v1/%2e%2e/enrollment/start',
    '/api/v1/../../etc/passwd',
    '/assets/../../package.json',
    '/assets/%2e%2e%2findex.html',
    '//api/v1/info',
    '/%00',
    '/%zz',
    '/index.html/..',
  )
  return fc.record({
    method: fc.constantFrom(...METHODS),
    path: fc.oneof(
      known,
      near,
      odd,
      pathText.map((piece) => `/${piece}`),
    ),
    headers: headersOf([]),
    body: garbage,
  })
}
