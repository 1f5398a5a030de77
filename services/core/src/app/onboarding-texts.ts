import type { Db } from '../db/database.js'
import * as onboardingTexts from '../db/onboarding-texts.js'
import type { Settings } from '../db/schema.js'
import { DEFAULT_LANGUAGE, type Language } from '../domain/language.js'
import type { OnboardingValues } from '../domain/onboarding.js'
import type { InstanceUrls } from './instance-settings.js'

export interface StoredTexts {
  readonly page: string | undefined
  readonly mail: string | undefined
  readonly subject: string | undefined
}

/**
 * The stored texts for a person's language, else the instance's, else English; undefined where
 * nothing is stored and the built-in text applies.
 */
export async function findTexts(
  db: Db,
  language: Language,
  settings: Settings,
): Promise<StoredTexts> {
  const languages = [...new Set([language, settings.defaultLanguage, DEFAULT_LANGUAGE])]
  const rows = await onboardingTexts.findCurrent(db, languages)
  const pick = (kind: keyof StoredTexts) =>
    languages
      .map((candidate) => rows.find((row) => row.language === candidate && row.kind === kind)?.text)
      .find((text) => text != null) ?? undefined
  return { page: pick('page'), mail: pick('mail'), subject: pick('subject') }
}

interface Person {
  readonly username: string
  readonly firstName: string
  readonly lastName: string
}

interface Issuer {
  readonly firstName: string
  readonly lastName: string
  readonly email: string
  readonly phone: string | null
}

/** What the tags of a template stand for; nobody's data is an empty text. */
export function onboardingValues(
  person: Person,
  issuer: Issuer | undefined,
  settings: Settings,
  urls: InstanceUrls & { readonly version: string },
): OnboardingValues {
  return {
    first_name: person.firstName,
    last_name: person.lastName,
    username: person.username,
    defguard_url: urls.url,
    defguard_version: urls.version,
    admin_first_name: issuer?.firstName ?? '',
    admin_last_name: issuer?.lastName ?? '',
    admin_email: issuer?.email ?? '',
    admin_phone: issuer?.phone ?? '',
    instance_name: settings.instanceName,
  }
}
