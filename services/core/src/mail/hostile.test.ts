import { expect, it } from '@jest/globals'
import { SAMPLES, sampleMail } from '../../tests/_mail-samples.js'
import { MAIL_KINDS } from './contents.js'
import { type RenderedMail, renderMail } from './render.js'

/** Fields that people have no hand in. `markdown` is a language of its own. */
const OURS =
  /^(?:gateways\.\d+\.)?(url|deepLink|qr|instanceUrl|token|markdown|methods\.\d+|validUntil|\w+At|sessionMs|validMs|deviceCount|tokenId|more)$/

type Path = readonly string[]

/** Where the texts of a value are. */
function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path]
  return Object.entries(value).flatMap(([key, entry]) => pathsOf(entry, [...path, key]))
}

/** The value with another text at one place. */
function withText(value: unknown, [key, ...rest]: Path, text: string): unknown {
  if (key === undefined) return text
  const copy = structuredClone(value) as Record<string, unknown>
  copy[key] = withText(copy[key], rest, text)
  return copy
}

const FIELDS = MAIL_KINDS.flatMap((kind) =>
  pathsOf(SAMPLES[kind])
    .filter((path) => !OURS.test(path.join('.')))
    .map((path) => ({ kind, path, field: path.join('.') })),
)

const [OVERRIDE, ISOLATE] = ['\u202e', '\u2067']
const HOSTILE = [
  '<img src=x onerror=alert(1)>"\'><script>x</script>',
  '**bold** [x](http://evil.example) # h <http://evil.example>',
  '{{first_name}} {{{constructor}}} {{#each this}} {% x %}',
  'one\r\nBcc: all@evil.example\r\n\r\ntwo\u2028three\u0000\u001b[31m\u0085',
  `${OVERRIDE}gnp.exe ${ISOLATE}left open \u202a\u2066\u200b\u2060\ufeff\u00ad`,
  'שלום abc العربية',
  '\ud800 lone and \u0301 combining',
  'x'.repeat(10_000),
  'long '.repeat(2_000),
]
const CASES = FIELDS.flatMap((field) => HOSTILE.map((text) => [field, text] as const))

const tagsOf = ({ html }: RenderedMail) =>
  html.replace(/<title>.*?<\/title>/s, '').match(/<[^>]*>/g)
const paragraphsOf = ({ text }: RenderedMail) => text.split('\n\n').length

it('is told of every field', () => {
  expect(FIELDS.length).toBeGreaterThan(30)
})

it('shows whatever people type as text, in every field of every kind', () => {
  const samples = new Map(
    MAIL_KINDS.map((kind) => [
      kind,
      renderMail(sampleMail(kind), { instanceName: 'Example Corp' }),
    ]),
  )
  for (const [{ kind, path, field }, hostile] of CASES) {
    const plain = samples.get(kind) as RenderedMail
    const text = `ALPHA ${hostile} OMEGA`
    const variables = withText(SAMPLES[kind], path, text) as object
    const mail = renderMail(sampleMail(kind, 'en', variables), { instanceName: 'Example Corp' })
    const at = `${kind} ${field} ${hostile.slice(0, 20)}`
    expect([at, tagsOf(mail)]).toEqual([at, tagsOf(plain)])
    if (field !== 'note') expect([at, paragraphsOf(mail)]).toEqual([at, paragraphsOf(plain)])
    expectHarmless(mail, at)
    if (field !== 'subject') expect(mail.text).toContain('ALPHA')
    if (hostile.length < 200 && field !== 'subject') {
      expect(mail.text).toContain('OMEGA')
      expect(mail.html).toContain('OMEGA')
    }
  }
})

it('shows whatever the instance is called as text', () => {
  for (const hostile of HOSTILE) {
    const branding = { instanceName: hostile, logo: 'data:image/png;base64,AAAA' }
    for (const kind of MAIL_KINDS) expectHarmless(renderMail(sampleMail(kind), branding), hostile)
  }
})

/** Nothing that can be seen nowhere, nothing that moves its neighbours, no header that goes on. */
function expectHarmless({ subject, senderName, html, text }: RenderedMail, at: string): void {
  for (const header of [subject, senderName]) {
    expect([at, header]).toEqual([at, expect.not.stringMatching(/[\p{Cc}\p{Bidi_Control}]/u)])
    expect([...header].length).toBeLessThanOrEqual(300)
  }
  expect([...subject].length).toBeLessThanOrEqual(200)
  for (const part of [html, text]) {
    expect(part.isWellFormed()).toBe(true)
    expect([at, part.match(/[\u202a-\u202e\u2066\u2067\u200b\u2060\ufeff\u00ad]/u)]).toEqual([
      at,
      null,
    ])
    expect([at, part.match(/[^\P{Cc}\n\t]/u)]).toEqual([at, null])
    const [isolates, ends] = [/\u2068/g, /\u2069/g].map((mark) => part.match(mark)?.length)
    expect(isolates).toBe(ends)
  }
}

it('shows what cannot be seen by its number, and keeps what names are written with', () => {
  const shown = (name: string) => {
    const variables = { ...SAMPLES.enrollment_completed, name }
    return renderMail(sampleMail('enrollment_completed', 'en', variables), {
      instanceName: 'Example Corp',
    })
  }
  expect(shown(`a${OVERRIDE}b\u200bc`).subject).toBe('a[U+202E]b[U+200B]c has enrolled')
  for (const name of ['علی\u200cرضا', '👩‍💻 Zoë', 'क्\u200dष', 'O’Brien-Łukasiewicz'])
    expect(shown(name).text).toContain(name)
  expect(shown('שרה').text).toContain('\u2068שרה\u2069, whom you invited')
  expect(shown('שרה').subject).toBe('שרה has enrolled')
})
