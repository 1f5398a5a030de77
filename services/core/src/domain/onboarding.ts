import { DomainError, type Violation } from './errors.js'
import type { Language } from './language.js'
import { codeIn } from './markdown-losses.js'
import { DEFAULT_PAGE, DEFAULT_SUBJECT } from './onboarding-defaults.js'
import { parseTemplate, TAGS, type Tag, type TagAt, type TextOf } from './onboarding-template.js'
import { oneLine, readableLine, withVisible } from './readable.js'

export const ONBOARDING_KINDS = ['page', 'mail', 'subject'] as const
export type OnboardingKind = (typeof ONBOARDING_KINDS)[number]
export type OnboardingTexts = Readonly<Partial<Record<OnboardingKind, string>>>

/** What each tag stands for, as plain text; nobody's data is an empty text. */
export type OnboardingValues = Readonly<Record<Tag, string>>

export interface Rendered {
  /** Markdown, or for a subject one line of plain text. */
  readonly text: string
  /** Why the stored text could not be used, so that the built-in one stands in; usually empty. */
  readonly findings: readonly string[]
  /** The tags that have no text here, and stand in no condition. */
  readonly holes: readonly TagAt[]
  /** What had to be done to a subject. */
  readonly repair?: 'replaced' | 'cut'
}

const SUBJECT_MAX_LENGTH = 200
/** They come from the configuration, and a link must stay one. */
const VERBATIM: ReadonlySet<Tag> = new Set(['defguard_url', 'defguard_version'])

/** The text of an installation that has not written its own. */
export function builtInText(kind: OnboardingKind, language: Language): string {
  return kind === 'subject' ? DEFAULT_SUBJECT[language] : DEFAULT_PAGE[language]
}

/**
 * Refuses texts that are no templates, with everything that is wrong in them.
 * @throws DomainError `invalid_template`: each finding by its text, its name and its line
 */
export function assertOnboardingTemplates(texts: OnboardingTexts): void {
  const violations = ONBOARDING_KINDS.flatMap((kind): Violation[] => {
    const text = texts[kind]
    if (text === undefined) return []
    const findings = [...findingsIn(text), ...(kind === 'subject' ? subjectFindings(text) : [])]
    return findings.map((message) => ({ field: kind, message }))
  })
  if (violations.length === 0) return
  const message = violations.map(({ field, message }) => `${field}: ${message}`).join('; ')
  throw new DomainError('invalid_template', message, violations)
}

/** Why a text is no template; empty for one. */
export function findingsIn(text: string): readonly string[] {
  const parsed = parseTemplate(text)
  return 'findings' in parsed ? parsed.findings : []
}

function subjectFindings(text: string): string[] {
  if (text.trim() === '') return ['empty: reset it to have the built-in one']
  if (/[\r\n]/.test(text)) return ['more than one line (line 2)']
  if ([...text].length > SUBJECT_MAX_LENGTH) return [`longer than ${SUBJECT_MAX_LENGTH} characters`]
  return []
}

/**
 * A text with everything filled in. Nothing stored: the built-in text. A stored text that is no
 * template (any more) must not stop an enrollment: the built-in text stands in for it.
 */
export function renderOnboarding(
  kind: OnboardingKind,
  stored: string | undefined,
  language: Language,
  values: OnboardingValues,
): Rendered {
  return kind === 'subject'
    ? renderSubject(stored, language, values)
    : render(kind, stored, language, markdownOf(values))
}

/** One that comes out empty gives way to the built-in one as well. */
function renderSubject(
  stored: string | undefined,
  language: Language,
  values: OnboardingValues,
): Rendered {
  const textOf: TextOf = (tag) => oneLine(values[tag])
  const rendered = render('subject', stored, language, textOf)
  const text = oneLine(rendered.text)
  if (text === '') {
    const builtIn = render('subject', undefined, language, textOf)
    return { ...rendered, text: cut(oneLine(builtIn.text)), repair: 'replaced' }
  }
  const shown = cut(text)
  return { ...rendered, text: shown, ...(shown === text ? {} : { repair: 'cut' }) }
}

function cut(subject: string): string {
  return [...subject].slice(0, SUBJECT_MAX_LENGTH).join('')
}

function render(
  kind: OnboardingKind,
  stored: string | undefined,
  language: Language,
  textOf: TextOf,
): Rendered {
  const builtIn = builtInText(kind, language)
  const parsed = parseTemplate(stored ?? builtIn)
  const findings = 'findings' in parsed ? parsed.findings : []
  const usable = findings.length === 0 ? parsed : parseTemplate(builtIn)
  if ('findings' in usable) throw new Error('A built-in text is not a template.')
  const { template } = usable
  return { text: template.render(textOf), findings, holes: template.holes(textOf) }
}

/** The tags that stand in code, where no escape means anything: there a value may show a backslash. */
export function tagsInCode(text: string): Tag[] {
  const parsed = parseTemplate(text)
  if ('findings' in parsed) return []
  const mark = (tag: Tag) => `\ue000${TAGS.indexOf(tag)}\ue001`
  const code = codeIn(parsed.template.render(mark))
  return TAGS.filter((tag) => !VERBATIM.has(tag) && code.includes(mark(tag)))
}

function markdownOf(values: OnboardingValues): TextOf {
  return (tag) => {
    if (VERBATIM.has(tag)) return values[tag]
    // An address may be part of a link, where the marks of an isolate would be a part of it.
    const isAddress = tag === 'admin_email'
    return escapeMarkdown(isAddress ? withVisible(oneLine(values[tag])) : readableLine(values[tag]))
  }
}

/**
 * A value as Markdown that shows exactly that value (CommonMark §2.4). What has a meaning anywhere is
 * escaped everywhere; what only starts a list, a heading or a rule, where the value starts.
 */
function escapeMarkdown(value: string): string {
  return value
    .replace(/[\\`*_{}[\]<>()#!|~&":]/g, '\\$&')
    .replace(/^[-+=.]/, '\\$&')
    .replace(/^(\d+)\./, '$1\\.')
}
