import { expect, it } from '@jest/globals'
import fc from 'fast-check'
import { DomainError } from './errors.js'
import { LANGUAGES } from './language.js'
import { markdownToHtml, markdownToText } from './markdown.js'
import { lossesIn } from './markdown-losses.js'
import {
  assertOnboardingTemplates,
  builtInText,
  type OnboardingTexts,
  type OnboardingValues,
  renderOnboarding,
  tagsInCode,
} from './onboarding.js'
import { TAGS } from './onboarding-template.js'
import { readableLine } from './readable.js'

const VALUES: OnboardingValues = {
  first_name: 'Jo',
  last_name: 'Doe',
  username: 'jdoe',
  defguard_url: 'https://core.example.com/a_b_c/',
  defguard_version: '0.1.0',
  admin_first_name: 'Adam',
  admin_last_name: 'Min',
  admin_email: 'adam_b_c@example.com',
  admin_phone: '+48 600 100 200',
  instance_name: 'Example Corp',
}

function render(template: string, changes: Partial<OnboardingValues> = {}): string {
  const { text, findings } = renderOnboarding('page', template, 'en', { ...VALUES, ...changes })
  expect(findings).toEqual([])
  return text
}

function refusal(texts: OnboardingTexts): DomainError {
  try {
    assertOnboardingTemplates(texts)
  } catch (err) {
    if (err instanceof DomainError) return err
  }
  throw new Error('nothing was refused')
}

it('lists everything that is wrong, text by text', () => {
  const { reason, message, violations } = refusal({
    page: '{{foo}}\n{{> bar}}',
    mail: '{{username}}',
    subject: '{{baz}}',
  })
  expect(reason).toBe('invalid_template')
  expect(violations.map(({ field }) => field)).toEqual(['page', 'page', 'subject'])
  expect(message).toBe(
    'page: unknown tag: foo (line 1); page: partial not allowed: bar (line 2); subject: unknown tag: baz (line 1)',
  )
})

it('never fails over a stored text: the built-in one stands in, and why is known', () => {
  const page = renderOnboarding('page', '{{foo}}', 'de', VALUES)
  expect(page.findings).toEqual(['unknown tag: foo (line 1)'])
  expect(page.text).toContain('Willkommen bei Example Corp')
  expect(renderOnboarding('subject', '{{', 'pl', VALUES)).toMatchObject({
    text: 'Witaj w Example Corp',
    findings: ['not closed: {{ (line 1)'],
  })
})

it('tells an empty text, which means none, from no text', () => {
  expect(render('')).toBe('')
  expect(renderOnboarding('mail', undefined, 'en', VALUES).text).toContain('Jo')
})

const MARKUP = fc.string({
  unit: fc.constantFrom(...'\\`*_{}[]()<>#+-.!|~&:="\'/@$%^;,?\n\r\t 01aA'),
  minLength: 1,
  maxLength: 12,
})
const ANYTHING = fc.oneof(
  MARKUP,
  fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }),
  fc.constantFrom(
    '<img src=x onerror=alert(1)>',
    '[x](http://y)',
    '{{foo}}',
    '1. a',
    '---',
    '&lt;',
  ),
)
const PLACES = [
  'Hello {{first_name}}, welcome',
  '{{first_name}}',
  '{{first_name}}{{last_name}}',
  '# {{first_name}}',
  '- {{first_name}}',
  '> {{first_name}}',
  'Login: **{{first_name}}**',
  'above\n{{first_name}}\nbelow',
]

function unescapeHtml(html: string): string {
  return html
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
}

it.each(PLACES)('shows exactly the value, and no markup of it, in %j', (template) => {
  const withName = (name: string) => render(template, { first_name: name, last_name: name })
  fc.assert(
    fc.property(ANYTHING, (name) => {
      const shown = readableLine(name)
      fc.pre(shown !== '')
      const html = markdownToHtml(withName('NAME'))
      const [before = '', ...after] = html.split('NAME')
      const rendered = markdownToHtml(withName(name))
      expect(unescapeHtml(rendered)).toBe([before, ...after].join(shown))
      // As many tags as with a harmless name: whatever else looks like one is text.
      expect(rendered.match(/</g)?.length).toBe(html.match(/</g)?.length)
    }),
    { numRuns: 500 },
  )
})

it('shows values as they are in plain text too', () => {
  const name = '[x](http://y) *a* 1. <b>'
  expect(markdownToText(render('Hello {{first_name}}', { first_name: name }))).toBe(`Hello ${name}`)
})

it('lets no name hide or turn what stands beside it', () => {
  const shown = (first_name: string) =>
    markdownToText(render('{{first_name}} is here', { first_name }))
  expect(shown('Jo\u202e')).toBe('Jo[U+202E] is here')
  expect(shown('Jo\u200b\n\u2067Doe')).toBe('Jo[U+200B] [U+2067]Doe is here')
  expect(shown('שלום')).toBe('\u2068שלום\u2069 is here')
  const admin_email = 'שלום@example.com'
  expect(markdownToText(render('[x](mailto:{{admin_email}})', { admin_email }))).toBe(
    `x (mailto:${admin_email})`,
  )
})

it('keeps the links that come from the configuration', () => {
  expect(markdownToHtml(render('<{{defguard_url}}>'))).toContain(
    '<a href="https://core.example.com/a_b_c/"',
  )
})

it('makes a subject of plain text, in one line of at most 200 characters', () => {
  const subjectOf = (text: string, first_name: string) =>
    renderOnboarding('subject', text, 'en', { ...VALUES, first_name })
  expect(subjectOf('Hi {{first_name}}', 'a_b*\r\nBcc: x@example.com\u0000').text).toBe(
    'Hi a_b* Bcc: x@example.com',
  )
  expect(subjectOf('Hi\r\nBcc: {{first_name}}', 'Jo').text).toBe('Hi Bcc: Jo')
  const long = subjectOf('{{first_name}}', '😀'.repeat(300))
  expect([...long.text]).toHaveLength(200)
  expect(long.repair).toBe('cut')
  expect(subjectOf(' {{! nothing }} ', 'Jo')).toMatchObject({
    text: 'Welcome to Example Corp',
    repair: 'replaced',
  })
})

it.each([
  ['subject: more than one line (line 2)', 'Hi\nthere'],
  ['subject: more than one line (line 2)', 'Hi\r\nBcc: x@example.com'],
  ['subject: longer than 200 characters', 'x'.repeat(201)],
  ['subject: empty: reset it to have the built-in one', ' \n'],
])('says %s', (message, subject) => {
  expect(refusal({ subject }).message).toBe(message)
})

it('knows the tags that stand in code, where a value may show a backslash', () => {
  const text =
    '`{{username}}`\n\n```\n{{#if admin_phone}}{{admin_phone}}{{/if}}\n```\n\n    {{first_name}}\n\n' +
    '{{last_name}} `{{defguard_url}}`'
  expect(tagsInCode(text)).toEqual(['first_name', 'username', 'admin_phone'])
})

it.each(LANGUAGES)(
  'has a built-in text in %s that uses every tag and sends nobody astray',
  (language) => {
    const page = builtInText('page', language)
    assertOnboardingTemplates({ page, subject: builtInText('subject', language) })
    for (const tag of TAGS) expect(page).toContain(`{{${tag}}}`)
    const { text, holes } = renderOnboarding('page', undefined, language, VALUES)
    expect(holes).toEqual([])
    const html = markdownToHtml(text)
    expect(html.match(/<h1>/g)).toHaveLength(1)
    expect(html.match(/<h2>/g)).toHaveLength(2)
    expect(html.match(/<li>/g)).toHaveLength(5)
    // Core serves no pages: its URL is shown, and never as a link.
    expect(html).toContain('<code>https://core.example.com/a_b_c/</code>')
    expect(html.match(/href="[^"]*"/g)).toEqual(['href="mailto:adam_b_c@example.com"'])
    expect(html).not.toMatch(/[{}*`\\]/)
    expect(lossesIn(text)).toEqual([])
    expect(tagsInCode(page)).toEqual([])
  },
)

const NOBODY = { admin_first_name: '', admin_last_name: '', admin_email: '', admin_phone: '' }

it.each(LANGUAGES)('leaves no label without a value in %s', (language) => {
  const without = (values: Partial<OnboardingValues>) =>
    renderOnboarding('page', undefined, language, { ...VALUES, ...values })
  for (const values of [{ admin_phone: '' }, { admin_email: '' }, NOBODY]) {
    const { text, holes } = without(values)
    expect(holes).toEqual([])
    expect(markdownToText(text)).not.toMatch(/: *$/m)
    expect(text).not.toMatch(/\n\n\n/)
  }
  expect(without({ admin_phone: '' }).text).toContain('**Adam Min**')
  expect(without(NOBODY).text).not.toContain('?')
})
