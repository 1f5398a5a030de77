import { type Db, inTransaction } from '../db/database.js'
import * as onboardingRows from '../db/onboarding-texts.js'
import * as settingsRow from '../db/settings.js'
import * as users from '../db/users.js'
import type { Clock } from '../domain/clock.js'
import { DomainError } from '../domain/errors.js'
import { isLanguage, LANGUAGES, type Language } from '../domain/language.js'
import { markdownToHtml } from '../domain/markdown.js'
import {
  assertOnboardingTemplates,
  renderOnboardingOrDefault,
  renderSubject,
} from '../domain/onboarding.js'
import { welcomeMail } from '../mail/messages.js'
import { renderMail } from '../mail/render.js'
import { asActor, audit } from './audit.js'
import { brandingOf } from './branding.js'
import type { Admin, LoggedIn } from './caller.js'
import type { InstanceUrls } from './instance-settings.js'
import { findTexts, onboardingValues } from './onboarding-texts.js'

export type OnboardingKind = onboardingRows.OnboardingKind
export type OnboardingTexts = Partial<Record<OnboardingKind, string>>

const SAMPLE_PERSON = { username: 'jdoe', firstName: 'Jo', lastName: 'Doe' }

/** The company's words for new people. */
export class Onboarding {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly urls: InstanceUrls & { readonly version: string },
  ) {}

  /** What is stored for a language; a kind that is missing is built in. */
  async get(languageTag: string): Promise<{ language: Language; texts: OnboardingTexts }> {
    const language = await this.parseLanguage(languageTag)
    const rows = await onboardingRows.findCurrent(this.db, [language])
    const stored = rows.flatMap((row) => (row.text === null ? [] : [[row.kind, row.text]]))
    return { language, texts: Object.fromEntries(stored) }
  }

  /**
   * Replaces the given texts and sets those of `reset` back to built in.
   * @throws DomainError `invalid_template` with every finding and its line, `invalid_argument`
   */
  async set(
    admin: Admin,
    languageTag: string,
    texts: OnboardingTexts,
    reset: readonly OnboardingKind[],
  ): Promise<{ language: Language; texts: OnboardingTexts }> {
    const language = await this.parseLanguage(languageTag)
    const changes = new Map<OnboardingKind, string | null>(reset.map((kind) => [kind, null]))
    assertOnboardingTemplates(texts)
    for (const [kind, text] of Object.entries(texts) as [OnboardingKind, string][]) {
      changes.set(kind, text)
    }
    const now = this.clock()
    await inTransaction(this.db, async (tx) => {
      const rows = [...changes].map(([kind, text]) => ({
        kind,
        text,
        language,
        authorId: admin.userId,
        authorName: admin.username,
        createdAt: now,
      }))
      await onboardingRows.insert(tx, rows)
      await audit(
        tx,
        now,
        asActor(admin),
        'onboarding.updated',
        { kind: 'onboarding' },
        {
          details: { language, kinds: [...changes.keys()] },
        },
      )
    })
    return this.get(language)
  }

  /** What a person would see; the given texts stand in for the stored ones and are checked first. */
  async preview(reader: LoggedIn, languageTag: string, texts: OnboardingTexts, username: string) {
    const language = await this.parseLanguage(languageTag)
    assertOnboardingTemplates(texts)
    const settings = await settingsRow.get(this.db)
    const stored = await findTexts(this.db, language, settings)
    const issuer = await users.get(this.db, reader.userId)
    const values = onboardingValues(await this.person(username), issuer, settings, this.urls)
    const page = renderOnboardingOrDefault(texts.page ?? stored.page, language, values).markdown
    const isShared = settings.enrollmentUseWelcomeMessageAsEmail
    const mail = isShared
      ? page
      : renderOnboardingOrDefault(texts.mail ?? stored.mail, language, values).markdown
    const { subject } = renderSubject(texts.subject ?? stored.subject, language, values)
    const rendered = renderMail(
      welcomeMail(issuer.email, language, { subject, markdown: mail }),
      brandingOf(settings),
    )
    return { page, pageHtml: markdownToHtml(page), mail: rendered }
  }

  private async person(username: string) {
    if (username === '') return SAMPLE_PERSON
    const user = await users.findByUsername(this.db, username)
    if (!user) throw new DomainError('not_found', `no user named "${username}"`)
    return user
  }

  private async parseLanguage(tag: string): Promise<Language> {
    const language = tag === '' ? (await settingsRow.get(this.db)).defaultLanguage : tag
    if (isLanguage(language)) return language
    const message = `must be one of ${LANGUAGES.join(', ')}`
    throw new DomainError('invalid_argument', `language: ${message}`, [
      { field: 'language', message },
    ])
  }
}
