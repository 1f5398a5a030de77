import type { Db } from '../db/database.js'
import * as onboardingTexts from '../db/onboarding-texts.js'
import type { Settings } from '../db/schema.js'
import { DEFAULT_LANGUAGE, type Language } from '../domain/language.js'
import {
  ONBOARDING_KINDS,
  type OnboardingKind,
  type OnboardingValues,
  type Rendered,
  renderOnboarding,
} from '../domain/onboarding.js'
import type { InstanceUrls } from './instance-settings.js'

/** A revision that holds a text. */
export type StoredText = onboardingTexts.Revision & { readonly text: string }

/** What is to be shown; a draft is of no revision. */
export interface ChosenText {
  readonly text: string
  readonly revision: StoredText | undefined
}

/** The text of each kind; where there is none the built-in one applies. */
export type ChosenTexts = Readonly<Partial<Record<OnboardingKind, ChosenText>>>

export interface RenderedText extends Rendered {
  readonly kind: OnboardingKind
  readonly chosen: ChosenText | undefined
}

/** The stored texts for a person's language, else the instance's, else English. */
export async function findTexts(
  db: Db,
  language: Language,
  settings: Settings,
): Promise<ChosenTexts> {
  const languages = languagesOf(language, settings)
  return chooseTexts(await onboardingTexts.findCurrent(db, languages), languages)
}

/** Whose texts count for a language, the first before the next. */
export function languagesOf(language: Language, settings: Settings): readonly Language[] {
  return [...new Set([language, settings.defaultLanguage as Language, DEFAULT_LANGUAGE])]
}

export function chooseTexts(
  current: readonly onboardingTexts.Revision[],
  languages: readonly Language[],
): ChosenTexts {
  const chosen = ONBOARDING_KINDS.map((kind) => {
    const stored = current.filter(
      (row): row is StoredText => row.kind === kind && row.text !== null,
    )
    const revision = languages.flatMap((tag) => stored.find((row) => row.language === tag) ?? [])[0]
    return [kind, revision && { text: revision.text, revision }]
  })
  return Object.fromEntries(chosen)
}

export function renderText(
  kind: OnboardingKind,
  texts: ChosenTexts,
  language: Language,
  values: OnboardingValues,
): RenderedText {
  const chosen = texts[kind]
  return { kind, chosen, ...renderOnboarding(kind, chosen?.text, language, values) }
}

/** Whether there is nothing to show or to send. */
export function isBlank({ text }: RenderedText): boolean {
  return text.trim() === ''
}

/** Subject and body of the welcome mail. */
export function renderWelcome(
  texts: ChosenTexts,
  language: Language,
  values: OnboardingValues,
  settings: Settings,
) {
  const body = settings.enrollmentUseWelcomeMessageAsEmail ? 'page' : 'mail'
  return {
    subject: renderText('subject', texts, language, values),
    body: renderText(body, texts, language, values),
  }
}

interface Person {
  /** Absent for somebody who is made up. */
  readonly id?: number
  readonly username: string
  readonly firstName: string
  readonly lastName: string
}

interface Issuer {
  readonly id: number
  readonly firstName: string
  readonly lastName: string
  readonly email: string
  readonly phone: string | null
}

/** What the tags of a template stand for; nobody's data is an empty text, and nobody invites themselves. */
export function onboardingValues(
  person: Person,
  issuer: Issuer | undefined,
  settings: Settings,
  urls: InstanceUrls & { readonly version: string },
): OnboardingValues {
  const admin = issuer?.id === person.id ? undefined : issuer
  return {
    first_name: person.firstName,
    last_name: person.lastName,
    username: person.username,
    defguard_url: urls.url,
    defguard_version: urls.version,
    admin_first_name: admin?.firstName ?? '',
    admin_last_name: admin?.lastName ?? '',
    admin_email: admin?.email ?? '',
    admin_phone: admin?.phone ?? '',
    instance_name: settings.instanceName,
  }
}
