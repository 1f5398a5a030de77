import type {
  GetOnboardingResponse,
  OnboardingRevision,
  OnboardingTextInForce,
  PreviewOnboardingResponse,
} from '@defguard/proto/admin/v1/onboarding'
import { type Command, Option } from 'commander'
import { sections, type Text, verbatim } from './table.js'
import { toLocalTime, toRfc3339 } from './timestamps.js'

export const KINDS = ['page', 'mail', 'subject'] as const
export type Kind = (typeof KINDS)[number]

const TITLES: Readonly<Record<string, string>> = {
  page: 'Page',
  mail: 'Mail',
  subject: 'Subject of the mail',
}

export interface LanguageOption {
  readonly language?: string
}

/** Whose data fill in the tags. */
export interface PersonOptions {
  readonly user?: string
  readonly admin?: string
}

export function addPersonOptions(command: Command): Command {
  return command
    .option('--user <name>', "with this person's data, in their language (default: made up)")
    .option('--admin <name>', 'as invited by this admin (default: you)')
}

export function kindOption(description: string): Option {
  return new Option('--kind <kind>', description).choices(KINDS)
}

export function toPreviewJson(preview: PreviewOnboardingResponse) {
  return {
    language: preview.language,
    page_markdown: preview.page_markdown,
    page_html: preview.page_html,
    page_text: preview.page_text,
    mail_subject: preview.mail_subject,
    mail_html: preview.mail_html,
    mail_text: preview.mail_text,
    mail_is_sent: preview.mail_is_sent,
    warnings: preview.warnings.map(({ kind, message }) => ({ kind, message })),
  }
}

/** What a new person would see, and what may not be as it was meant. */
export function previewText(preview: PreviewOnboardingResponse): Text {
  const warnings = preview.warnings.map(({ kind, message }) => `- ${kind}: ${message}\n`)
  return sections(
    titled('Page', preview.page_text),
    titled('Subject of the mail', preview.mail_subject),
    titled('Mail', preview.mail_text),
    verbatim(warnings.length === 0 ? '' : `── Please look at this ──\n${warnings.join('')}`),
  )
}

export function toOnboardingJson(onboarding: GetOnboardingResponse) {
  const { language, texts, revision, in_force } = onboarding
  return {
    language,
    page: texts?.page ?? null,
    mail: texts?.mail ?? null,
    subject: texts?.subject ?? null,
    revision,
    enrollment_send_welcome_email: onboarding.send_welcome_email,
    enrollment_use_welcome_message_as_email: onboarding.use_page_as_mail,
    in_force: Object.fromEntries(in_force.map((text) => [text.kind, toInForceJson(text)])),
  }
}

function toInForceJson(text: OnboardingTextInForce) {
  return {
    text: text.text,
    language: text.language,
    built_in: text.built_in,
    revision: text.revision ?? null,
    author: text.author ?? null,
    created_at: text.created_timestamp === undefined ? null : toRfc3339(text.created_timestamp),
    findings: text.findings,
  }
}

/** The texts in force, with where each comes from. */
export function onboardingText(onboarding: GetOnboardingResponse): Text {
  const { language, send_welcome_email, use_page_as_mail, in_force } = onboarding
  const content = use_page_as_mail ? 'the page' : 'a text of its own'
  const mail = send_welcome_email ? `sent, with ${content}` : 'off'
  const texts = in_force.map((text) => {
    const isUnused = text.kind === 'mail' && use_page_as_mail
    const origin = [originOf(text, language), ...(isUnused ? ['not used'] : [])].join(', ')
    return titled(`${titleOf(text.kind)} (${origin})`, text.text)
  })
  return sections(verbatim(`Language: ${language}\nWelcome mail: ${mail}`), ...texts)
}

function originOf(text: OnboardingTextInForce, language: string): string {
  const { revision, author = '', created_timestamp = 0, findings } = text
  if (revision === undefined) return 'built in'
  const by = `revision ${revision} by ${author}, ${toLocalTime(created_timestamp)}`
  if (findings.length > 0) return `built in, for ${by} cannot be used: ${findings.join('; ')}`
  return text.language === language
    ? by
    : `nothing is stored for ${language}: ${by}, for ${text.language}`
}

export function toRevisionJson(revision: OnboardingRevision) {
  return {
    revision: revision.revision,
    kind: revision.kind,
    language: revision.language,
    text: revision.text ?? null,
    author: revision.author,
    created_at: toRfc3339(revision.created_timestamp),
  }
}

export function titleOf(kind: string): string {
  return TITLES[kind] ?? kind
}

export function titled(title: string, text: string | undefined): Text {
  if (text === undefined) return verbatim(`── ${title}: built in ──`)
  return verbatim(text === '' ? `── ${title}: none ──` : `── ${title} ──\n${text}`)
}
