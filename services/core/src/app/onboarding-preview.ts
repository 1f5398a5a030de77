import type { Db } from '../db/database.js'
import * as settingsRow from '../db/settings.js'
import * as users from '../db/users.js'
import { DomainError } from '../domain/errors.js'
import type { Language } from '../domain/language.js'
import { markdownToHtml, markdownToText } from '../domain/markdown.js'
import { assertOnboardingTemplates, type OnboardingTexts } from '../domain/onboarding.js'
import { welcomeMail } from '../mail/messages.js'
import { renderMail } from '../mail/render.js'
import { brandingOf } from './branding.js'
import type { LoggedIn } from './caller.js'
import { type InstanceUrls, languageOf } from './instance-settings.js'
import { parseLanguage } from './onboarding.js'
import {
  type ChosenTexts,
  findTexts,
  isBlank,
  onboardingValues,
  renderText,
  renderWelcome,
} from './onboarding-texts.js'
import { type OnboardingWarning, warningsOf } from './onboarding-warnings.js'

export interface PreviewRequest {
  /** Empty: the person's. */
  readonly language: string
  /** Stand in for the stored texts. */
  readonly texts: OnboardingTexts
  /** Empty: somebody made up. */
  readonly username: string
  /** Who would have invited the person; empty: whoever asks. */
  readonly adminUsername: string
}

export interface Preview {
  readonly language: Language
  readonly page: { readonly markdown: string; readonly html: string; readonly text: string }
  /** Absent when it has no text. */
  readonly mail:
    | { readonly subject: string; readonly html: string; readonly text: string }
    | undefined
  readonly isMailSent: boolean
  readonly warnings: readonly OnboardingWarning[]
}

const MADE_UP = { username: 'jdoe', firstName: 'Jo', lastName: 'Doe', language: null }

/** What a person would see, made by the very code that shows and mails it. */
export class OnboardingPreview {
  constructor(
    private readonly db: Db,
    private readonly urls: InstanceUrls & { readonly version: string },
  ) {}

  /**
   * The given texts are checked first, as if they were to be stored.
   * @throws DomainError `invalid_template`, `invalid_argument`, `not_found`
   */
  async preview(reader: LoggedIn, request: PreviewRequest): Promise<Preview> {
    assertOnboardingTemplates(request.texts)
    const settings = await settingsRow.get(this.db)
    const person = request.username === '' ? MADE_UP : await this.getUser(request.username)
    const issuer =
      request.adminUsername === ''
        ? await users.get(this.db, reader.userId)
        : await this.getUser(request.adminUsername)
    const language =
      request.language === '' ? languageOf(person, settings) : parseLanguage(request.language)
    const stored = await findTexts(this.db, language, settings)
    const texts = { ...stored, ...toDrafts(request.texts) }
    const values = onboardingValues(person, issuer, settings, this.urls)
    const page = renderText('page', texts, language, values)
    const { subject, body } = renderWelcome(texts, language, values, settings)
    const contents = { subject: subject.text, markdown: body.text }
    const mail = renderMail(welcomeMail(issuer.email, language, contents), brandingOf(settings))
    return {
      language,
      page: {
        markdown: page.text,
        html: markdownToHtml(page.text),
        text: markdownToText(page.text),
      },
      mail: isBlank(body) ? undefined : mail,
      isMailSent: settings.enrollmentSendWelcomeEmail && !isBlank(body),
      warnings: warningsOf({ language, texts, page, subject, body, settings }),
    }
  }

  private async getUser(username: string) {
    const user = await users.findByUsername(this.db, username)
    if (!user) throw new DomainError('not_found', `no user named "${username}"`)
    return user
  }
}

function toDrafts(texts: OnboardingTexts): ChosenTexts {
  const drafts = Object.entries(texts).map(([kind, text]) => [kind, { text, revision: undefined }])
  return Object.fromEntries(drafts)
}
