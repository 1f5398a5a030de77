import { DomainError } from './errors.js'
import type { Language } from './language.js'
import { DEFAULT_PAGE, DEFAULT_SUBJECT } from './onboarding-defaults.js'
import { parseTemplate, type Tag } from './onboarding-template.js'

/** What each tag stands for, as plain text; nobody's data is an empty text. */
export type OnboardingValues = Readonly<Record<Tag, string>>

const SUBJECT_MAX_LENGTH = 200
/** They come from the configuration, and a link must stay one. */
const VERBATIM: ReadonlySet<Tag> = new Set(['defguard_url', 'defguard_version'])

/**
 * Refuses texts that are no templates, with everything that is wrong in them.
 * @throws DomainError `invalid_template`: each finding by its text, its name and its line
 */
export function assertOnboardingTemplates(texts: Readonly<Record<string, string>>): void {
  const violations = Object.entries(texts).flatMap(([field, text]) => {
    const parsed = parseTemplate(text)
    return 'findings' in parsed ? parsed.findings.map((message) => ({ field, message })) : []
  })
  if (violations.length === 0) return
  const message = violations.map(({ field, message }) => `${field}: ${message}`).join('; ')
  throw new DomainError('invalid_template', message, violations)
}

/**
 * A page or mail as Markdown. Nothing stored: the built-in text. A stored text that is no template
 * (any more) must not stop an enrollment: the built-in text stands in and `fellBack` says so.
 */
export function renderOnboardingOrDefault(
  stored: string | undefined,
  language: Language,
  values: OnboardingValues,
): { markdown: string; fellBack: boolean } {
  const textOf = (tag: Tag) => (VERBATIM.has(tag) ? values[tag] : escapeMarkdown(values[tag]))
  const { text, fellBack } = renderOr(stored, DEFAULT_PAGE[language], textOf)
  return { markdown: text, fellBack }
}

/** The same for a subject, one line of plain text. One that comes out empty gives way as well. */
export function renderSubject(
  stored: string | undefined,
  language: Language,
  values: OnboardingValues,
): { subject: string; fellBack: boolean } {
  const textOf = (tag: Tag) => oneLine(values[tag])
  const builtIn = DEFAULT_SUBJECT[language]
  const { text, fellBack } = renderOr(stored, builtIn, textOf)
  const subject = oneLine(text) || oneLine(renderOr(undefined, builtIn, textOf).text)
  return { subject: [...subject].slice(0, SUBJECT_MAX_LENGTH).join(''), fellBack }
}

function renderOr(stored: string | undefined, builtIn: string, textOf: (tag: Tag) => string) {
  const parsed = parseTemplate(stored ?? builtIn)
  if ('template' in parsed) return { text: parsed.template.render(textOf), fellBack: false }
  const standIn = parseTemplate(builtIn)
  if ('findings' in standIn) throw new Error('A built-in text is not a template.')
  return { text: standIn.template.render(textOf), fellBack: true }
}

function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim()
}

/**
 * A value as Markdown that shows exactly that value (CommonMark §2.4). What has a meaning anywhere is
 * escaped everywhere; what only starts a list, a heading or a rule, where the value starts.
 */
function escapeMarkdown(value: string): string {
  return oneLine(value)
    .replace(/[\\`*_{}[\]<>()#!|~&":]/g, '\\$&')
    .replace(/^[-+=.]/, '\\$&')
    .replace(/^(\d+)\./, '$1\\.')
}
