import type { Settings } from '../db/schema.js'
import type { Language } from '../domain/language.js'
import { lossesIn } from '../domain/markdown-losses.js'
import { builtInText, type OnboardingKind, tagsInCode } from '../domain/onboarding.js'
import { isSmtpConfigured } from './instance-settings.js'
import { type ChosenTexts, isBlank, type RenderedText } from './onboarding-texts.js'

/** Something that may not be as its author meant it, for a person to read. */
export interface OnboardingWarning {
  readonly kind: OnboardingKind
  readonly message: string
}

interface Previewed {
  readonly language: Language
  readonly texts: ChosenTexts
  readonly page: RenderedText
  readonly subject: RenderedText
  /** Of the mail: its own text, or the page. */
  readonly body: RenderedText
  readonly settings: Settings
}

/** What an admin should know before people get to read this. */
export function warningsOf(previewed: Previewed): OnboardingWarning[] {
  const { page, subject, body, language } = previewed
  const texts = body.kind === 'page' ? [page, subject] : [page, subject, body]
  return [
    ...texts.flatMap((text) =>
      problemsOf(text, language).map((message) => ({ kind: text.kind, message })),
    ),
    ...(isBlank(page)
      ? [{ kind: 'page', message: 'empty: the last page shows no text' } as const]
      : []),
    ...sendingProblems(previewed).map((message) => ({ kind: 'mail', message }) as const),
  ]
}

function problemsOf(text: RenderedText, language: Language): string[] {
  const { kind, chosen, findings, holes, repair } = text
  const isUsed = chosen !== undefined && findings.length === 0
  const source = isUsed ? chosen.text : builtInText(kind, language)
  return [
    ...sourceProblems(text, language),
    ...(repair === 'cut' ? ['cut to 200 characters'] : []),
    ...(repair === 'replaced' ? ['comes out empty: the built-in one stands in'] : []),
    ...new Set(
      holes.map(({ tag, line }) => `${tag} is empty here and in no {{#if ${tag}}} (line ${line})`),
    ),
    ...(kind === 'subject' ? [] : lossesIn(text.text)),
    ...(kind === 'subject' ? [] : tagsInCode(source).map(inCode)),
  ]
}

function sourceProblems({ chosen, findings }: RenderedText, language: Language): string[] {
  const revision = chosen?.revision
  if (!revision) return []
  if (findings.length > 0) {
    const why = findings.join('; ')
    return [`revision ${revision.id} cannot be used, the built-in text stands in: ${why}`]
  }
  if (revision.language === language) return []
  return [
    `nothing is stored for ${language}: revision ${revision.id} for ${revision.language} is used`,
  ]
}

function inCode(tag: string): string {
  return `${tag} stands in code, where some characters of a value show with a backslash`
}

function sendingProblems({ texts, body, settings }: Previewed): string[] {
  const isShared = body.kind === 'page'
  const isSent = settings.enrollmentSendWelcomeEmail
  return [
    ...(isSent ? [] : ['not sent: enrollment_send_welcome_email is off']),
    ...(isSent && !isSmtpConfigured(settings) ? ['waits: the mail server is not configured'] : []),
    ...(isShared && texts.mail
      ? ['not used: the page is mailed, since enrollment_use_welcome_message_as_email is on']
      : []),
    ...(isBlank(body) ? ['empty: no welcome mail is sent'] : []),
  ]
}
