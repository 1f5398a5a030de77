import { expect, it } from '@jest/globals'
import fc from 'fast-check'
import Handlebars from 'handlebars'
import { parseTemplate, TAGS, type Tag, type TextOf } from './onboarding-template.js'

/** As much of a text as the name of a test may show. */
const short = (text: string) => JSON.stringify(text.slice(0, 30))

const textOf: TextOf = (tag) => (tag === 'admin_phone' ? '' : tag.toUpperCase())

function findingsOf(source: string): readonly string[] {
  const parsed = parseTemplate(source)
  return 'findings' in parsed ? parsed.findings : []
}

function templateOf(source: string) {
  const parsed = parseTemplate(source)
  if ('findings' in parsed) throw new Error(parsed.findings.join('; '))
  return parsed.template
}

it.each([
  ['{{first_name}} {{! not shown }}{{ username }}', 'FIRST_NAME USERNAME'],
  ['{{#if username}}a{{else}}b{{/if}}', 'a'],
  ['{{#if admin_phone}}a{{else}}b{{/if}}', 'b'],
  ['{{#unless admin_phone}}a{{/unless}}', 'a'],
  ['x\n{{#if username}}\ny\n{{/if}}\nz', 'x\ny\nz'],
  ['x\r\n  {{#if admin_phone}}  \r\ny\r\n{{else}}\r\nz\r\n{{/if}}', 'x\r\nz\r\n'],
  ['{{!-- a }} and {{ b --}}\nx', 'x'],
  ['{{! {{username}}', ''],
  ['a { b } {c} }} d', 'a { b } {c} }} d'],
])('renders %j', (source, text) => {
  expect(templateOf(source).render(textOf)).toBe(text)
})

const REFUSED: [source: string, findings: string[]][] = [
  ['{{ foo }}', ['unknown tag: foo (line 1)']],
  ['\n\n{{constructor}}', ['unknown tag: constructor (line 3)']],
  [
    '{{__proto__}}{{toString}}',
    ['unknown tag: __proto__ (line 1)', 'unknown tag: toString (line 1)'],
  ],
  ['a\r\n\r\n{{foo}}\r{{bar}}', ['unknown tag: foo (line 3)', 'unknown tag: bar (line 4)']],
  ['{{#if foo}}x{{/if}}', ['unknown tag: foo (line 1)']],
  [
    '{{#if username}}\n{{foo}}\n{{else}}\n{{bar}}\n{{/if}}',
    ['unknown tag: foo (line 2)', 'unknown tag: bar (line 4)'],
  ],
  ['{{!\n\n}}\n{{foo}}', ['unknown tag: foo (line 4)']],
  ['{{{first_name}}}', ['unescaped output not allowed: {{{first_name}}} (line 1)']],
  ['{{&first_name}}', ['unescaped output not allowed: &first_name (line 1)']],
  ['{{#each x}}{{y}}{{/each}}', ['block not allowed: each (line 1)', 'unknown tag: y (line 1)']],
  ['{{#with x}}{{/with}}', ['block not allowed: with (line 1)']],
  ['{{#username}}x{{/username}}', ['block not allowed: username (line 1)']],
  ['{{^if username}}x{{/if}}', ['block not allowed: ^if (line 1)']],
  [
    '{{{{raw}}}} {{{{/raw}}}}',
    ['block not allowed: raw (line 1)', 'block not allowed: /raw (line 1)'],
  ],
  ['{{> p}}', ['partial not allowed: p (line 1)']],
  ['{{#> p}}{{/p}}', ['partial not allowed: p (line 1)']],
  ['{{#*inline "x"}}{{/inline}}', ['decorator not allowed: inline (line 1)']],
  ['{{* d}}', ['decorator not allowed: d (line 1)']],
  ['{{lookup username 1}}', ['helper not allowed: lookup (line 1)']],
  ['{{username a=1}}', ['helper not allowed: username (line 1)']],
  ['{{username.length}}', ['path not allowed: username.length (line 1)']],
  ['{{../username}}', ['path not allowed: ../username (line 1)']],
  ['{{#if ../username}}x{{/if}}', ['path not allowed: ../username (line 1)']],
  ['{{@root}}', ['path not allowed: @root (line 1)']],
  ['{{this}}', ['path not allowed: this (line 1)']],
  ['{{[username]}}', ['path not allowed: [username] (line 1)']],
  ['{{#if (lookup username)}}x{{/if}}', ['sub-expression not allowed: lookup (line 1)']],
  ['{{#if true}}x{{/if}}', ['value not allowed: true (line 1)']],
  ['{{"x"}}{{1.5}}', ['value not allowed: "x" (line 1)', 'value not allowed: 1.5 (line 1)']],
  ['{{#if}}x{{/if}}', ['if takes one tag (line 1)']],
  ['{{#if username as |x|}}x{{/if}}', ['if takes one tag (line 1)']],
  [
    '{{#if username}}{{else if username}}{{/if}}',
    ['else takes nothing: else if username (line 1)'],
  ],
  ['{{~first_name~}}', ['not allowed: ~first_name~ (line 1)']],
  ['{{first_name~}}', ['not allowed: first_name~ (line 1)']],
  ['\\{{first_name}}', ['backslash not allowed before {{first_name}} (line 1)']],
  ['{{}}', ['no tag between the braces (line 1)']],
  ['a\n{{#if username}}\n', ['{{#if}} is not closed (line 2)']],
  ['{{#if username}}\n{{foo}}', ['{{#if}} is not closed (line 1)', 'unknown tag: foo (line 2)']],
  ['{{/if}}', ['{{/if}} closes nothing (line 1)']],
  ['{{#if username}}x\n{{/unless}}', ['{{/unless}} does not close {{#if}} (line 2)']],
  ['{{else}}', ['{{else}} stands in no block (line 1)']],
  ['{{#if username}}\n{{else}}\n{{else}}{{/if}}', ['second {{else}} in {{#if}} (line 3)']],
  ['{{', ['not closed: {{ (line 1)']],
  ['a\n{{ foo\n{{bar}}', ['not closed: {{ foo (line 2)', 'unknown tag: bar (line 3)']],
  ['{{#if}', ['not closed: {{#if} (line 1)']],
  ['{{first_name}}}', ['braces do not match: {{first_name}}} (line 1)']],
  ['{{!-- a', ['comment is not closed: {{! (line 1)']],
  [
    'a\n\u0000 \u001b\nb\u0007',
    [
      'control character not allowed: U+0000 (line 2)',
      'control character not allowed: U+0007 (line 3)',
    ],
  ],
  ['x'.repeat(32 * 1024 + 1), ['longer than 32 KiB']],
  ['ł'.repeat(16 * 1024 + 1), ['longer than 32 KiB']],
  ['{{#if username}}'.repeat(6) + '{{/if}}'.repeat(6), ['nested deeper than 5: {{#if}} (line 1)']],
  [
    '{{#if username}}'.repeat(1300) + '{{/if}}'.repeat(1300),
    ['nested deeper than 5: {{#if}} (line 1)'],
  ],
  [`{{${'z'.repeat(100)}}}`, [`unknown tag: ${'z'.repeat(40)}… (line 1)`]],
]

it.each(REFUSED.map(([source, findings]) => ({ shown: short(source), source, findings })))(
  'refuses $shown by name and line',
  ({ source, findings }) => {
    expect(findingsOf(source)).toEqual(findings)
  },
)

it('lists twenty findings and counts the rest, so that they fit into a reply', () => {
  const findings = findingsOf('{{foo}}\n'.repeat(4000))
  expect(findings).toHaveLength(21)
  expect(findings.slice(-2)).toEqual(['unknown tag: foo (line 20)', 'and 3980 more'])
})

it('knows which tags leave a hole with the given texts, and where', () => {
  const source =
    '{{username}}\n{{admin_phone}}\n{{#if admin_phone}}{{admin_phone}}{{else}}{{admin_phone}}{{/if}}'
  expect(templateOf(source).holes(textOf)).toEqual([
    { tag: 'admin_phone', line: 2 },
    { tag: 'admin_phone', line: 3 },
  ])
})

const TAG = fc.constantFrom<Tag>('username', 'admin_phone', 'first_name')
const TEXT = fc.string({
  unit: fc.constantFrom('a', ' ', '\n', '\r\n', '\t', ' }', '# '),
  maxLength: 6,
})
const { template } = fc.letrec<{ template: string; part: string; block: string }>((tie) => ({
  template: fc.array(tie('part'), { maxLength: 5 }).map((parts) => parts.join('')),
  part: fc.oneof(
    { maxDepth: 4 },
    TEXT,
    TAG.map((tag) => `{{ ${tag} }}`),
    fc.constantFrom('{{! c }}', '{{!-- {{x}} --}}'),
    tie('block'),
  ),
  block: fc
    .tuple(fc.constantFrom('if', 'unless'), TAG, tie('template'), fc.option(tie('template')))
    .map(([name, tag, body, otherwise]) => {
      const rest = otherwise === null ? '' : `{{else}}${otherwise}`
      return `{{#${name} ${tag}}}${body}${rest}{{/${name}}}`
    }),
}))

it('renders every text of the language like Handlebars', () => {
  const values = Object.fromEntries(TAGS.map((tag) => [tag, textOf(tag)]))
  fc.assert(
    fc.property(template, (source) => {
      fc.pre(!findingsOf(source).some((finding) => finding.startsWith('nested')))
      const expected = Handlebars.compile(source, { noEscape: true })(values)
      expect(templateOf(source).render(textOf)).toBe(expected)
    }),
    { numRuns: 1000 },
  )
})

const PIECES = [
  '{{',
  '}}',
  '{',
  '}',
  '#',
  '/',
  'if',
  'else',
  ' ',
  'username',
  'foo',
  '!',
  '--',
  '~',
  '&',
]
const ODD_PIECES = [
  '(',
  ')',
  '"',
  '[',
  ']',
  '.',
  '@',
  '=',
  '|',
  '^',
  '>',
  '*',
  '\\',
  '\n',
  '\r\n',
  '\u0000',
]

it('finds fault with whatever Handlebars cannot read, on a line that there is', () => {
  const soup = fc
    .array(fc.constantFrom(...PIECES, ...ODD_PIECES), { maxLength: 30 })
    .map((pieces) => pieces.join(''))
  fc.assert(
    fc.property(soup, (source) => {
      const findings = findingsOf(source)
      const lines = source.split(/\r\n?|\n/).length
      for (const finding of findings) {
        const line = Number(/ \(line (\d+)\)$/.exec(finding)?.[1])
        expect(line).toBeGreaterThanOrEqual(1)
        expect(line).toBeLessThanOrEqual(lines)
      }
      if (findings.length === 0) expect(() => Handlebars.parse(source)).not.toThrow()
    }),
    { numRuns: 2000 },
  )
})

const BOMBS = [
  `{{a ${'b=(c '.repeat(5000)}}}`,
  `{{#if ${'('.repeat(16_000)}}}`,
  '{'.repeat(32_000),
  `${' '.repeat(32_000)}{{`,
  '{{#if username}}{{else}}'.repeat(1300),
  '{{!'.repeat(10_000),
  '{{\n'.repeat(10_000),
]

it.each(BOMBS.map((source) => ({ shown: short(source), source })))(
  'is through with the bomb $shown at once',
  ({ source }) => {
    const before = performance.now()
    expect(findingsOf(source)).not.toEqual([])
    expect(performance.now() - before).toBeLessThan(500)
  },
)
