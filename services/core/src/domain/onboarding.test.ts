import { expect, it } from '@jest/globals'
import fc from 'fast-check'
import { DomainError } from './errors.js'
import { LANGUAGES } from './language.js'
import { markdownToHtml, markdownToText } from './markdown.js'
import {
  assertOnboardingTemplates,
  type OnboardingValues,
  renderOnboardingOrDefault,
  renderSubject,
} from './onboarding.js'
import { DEFAULT_PAGE, DEFAULT_SUBJECT } from './onboarding-defaults.js'
import { TAGS } from './onboarding-template.js'

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
  const { markdown, fellBack } = renderOnboardingOrDefault(template, 'en', {
    ...VALUES,
    ...changes,
  })
  expect(fellBack).toBe(false)
  return markdown
}

function refusal(texts: Record<string, string>): DomainError {
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

it('never fails over a stored text: the built-in one stands in', () => {
  const { markdown, fellBack } = renderOnboardingOrDefault('{{foo}}', 'de', VALUES)
  expect(fellBack).toBe(true)
  expect(markdown).toContain('Willkommen bei Example Corp')
  expect(renderSubject('{{', 'pl', VALUES)).toEqual({
    subject: 'Witaj w Example Corp',
    fellBack: true,
  })
})

it('tells an empty text, which means none, from no text', () => {
  expect(render('')).toBe('')
  expect(renderOnboardingOrDefault(undefined, 'en', VALUES).markdown).toContain('Jo')
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
      const shown = name.replace(/[\s\p{Cc}]+/gu, ' ').trim()
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

it('keeps the links that come from the configuration', () => {
  expect(markdownToHtml(render('<{{defguard_url}}>'))).toContain(
    '<a href="https://core.example.com/a_b_c/"',
  )
})

it('makes a subject of plain text, in one line of at most 200 characters', () => {
  const subjectOf = (text: string, first_name: string) =>
    renderSubject(text, 'en', { ...VALUES, first_name }).subject
  expect(subjectOf('Hi {{first_name}}', 'a_b*\r\nBcc: x@example.com\u0000')).toBe(
    'Hi a_b* Bcc: x@example.com',
  )
  expect(subjectOf('Hi\r\nBcc: {{first_name}}', 'Jo')).toBe('Hi Bcc: Jo')
  expect([...subjectOf('{{first_name}}', '😀'.repeat(300))]).toHaveLength(200)
  expect(subjectOf(' {{! nothing }} ', 'Jo')).toBe('Welcome to Example Corp')
})

it.each(LANGUAGES)(
  'has a built-in text in %s that uses every tag and leaves no empty label',
  (language) => {
    assertOnboardingTemplates({ page: DEFAULT_PAGE[language], subject: DEFAULT_SUBJECT[language] })
    for (const tag of TAGS) expect(DEFAULT_PAGE[language]).toContain(`{{${tag}}}`)
    const { markdown } = renderOnboardingOrDefault(undefined, language, VALUES)
    expect(markdownToHtml(markdown)).toContain('href="mailto:adam_b_c@example.com"')
    for (const [missing, values] of [
      ['one', { admin_phone: '' }],
      ['all', { admin_first_name: '', admin_last_name: '', admin_email: '', admin_phone: '' }],
    ] as const) {
      const text = markdownToText(
        renderOnboardingOrDefault(undefined, language, { ...VALUES, ...values }).markdown,
      )
      expect(text).not.toMatch(/: *$/m)
      expect(text.includes('Min')).toBe(missing === 'one')
    }
  },
)
