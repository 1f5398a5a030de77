import type { Db } from '../db/database.js'
import * as devices from '../db/devices.js'
import type { Settings } from '../db/schema.js'
import * as settingsRow from '../db/settings.js'
import type { UserWithGroups } from '../db/users.js'
import * as users from '../db/users.js'
import type { Instance } from '../domain/instance.js'
import { preferredLanguage } from '../domain/language.js'
import type { Caller } from './caller.js'
import { type InstanceUrls, isSmtpConfigured, languageOf, toInstance } from './instance-settings.js'
import { findTexts, onboardingValues, type RenderedText, renderText } from './onboarding-texts.js'

/** Everything a person's client shows about their enrollment, as of now. */
export interface EnrollmentView {
  readonly admin: { readonly name: string; readonly phone: string | null; readonly email: string }
  readonly user: UserWithGroups
  readonly deviceNames: readonly string[]
  readonly deadline: Date
  readonly finalPage: RenderedText
  readonly instance: Instance
  readonly settings: Settings
  readonly isSmtpConfigured: boolean
  /** Whether the session has a second factor ready for the account that it may activate. */
  readonly isMfaFinished: boolean
}

export async function enrollmentView(
  db: Db,
  enrollment: {
    userId: number
    issuedBy: number | null
    sessionDeadline: Date
    isMfaFinished: boolean
  },
  urls: InstanceUrls & { readonly version: string },
  caller: Caller,
): Promise<EnrollmentView> {
  const settings = await settingsRow.get(db)
  const user = await users.get(db, enrollment.userId)
  const isOwnIssuer = enrollment.issuedBy === user.id
  const issuer =
    enrollment.issuedBy === null || isOwnIssuer
      ? undefined
      : await users.findById(db, enrollment.issuedBy)
  // What is shown is read now, and so follows the page also where an admin has chosen for mails.
  const language = preferredLanguage(caller.language) ?? languageOf(user, settings)
  const texts = await findTexts(db, language, settings)
  const values = onboardingValues(user, issuer, settings, urls)
  return {
    admin: issuer
      ? { name: `${issuer.firstName} ${issuer.lastName}`, phone: issuer.phone, email: issuer.email }
      : supportContact(settings),
    user,
    deviceNames: await devices.namesOf(db, user.id),
    deadline: enrollment.sessionDeadline,
    finalPage: renderText('page', texts, language, values),
    instance: toInstance(settings, urls),
    settings,
    isSmtpConfigured: isSmtpConfigured(settings),
    isMfaFinished: enrollment.isMfaFinished,
  }
}

function supportContact(settings: Settings): EnrollmentView['admin'] {
  return {
    name: settings.supportContactName ?? settings.instanceName,
    phone: settings.supportContactPhone,
    email: settings.supportContactEmail ?? '',
  }
}
