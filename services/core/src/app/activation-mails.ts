import type { Db, Tx } from '../db/database.js'
import type { SessionContext } from '../db/enrollment-sessions.js'
import type { Settings, User } from '../db/schema.js'
import * as settingsRow from '../db/settings.js'
import * as users from '../db/users.js'
import { renderOnboardingOrDefault, renderSubject } from '../domain/onboarding.js'
import type { Sealer } from '../domain/sealing.js'
import { enrollmentCompletedMail, welcomeMail } from '../mail/messages.js'
import { audit, SYSTEM } from './audit.js'
import { type InstanceUrls, languageOf } from './instance-settings.js'
import { findTexts, onboardingValues } from './onboarding-texts.js'
import { enqueue } from './outbox.js'

/** What is mailed when a person has enrolled: the company's words to them, a notice to the admin. */
export class ActivationMails {
  constructor(
    private readonly sealer: Sealer,
    private readonly urls: InstanceUrls & { readonly version: string },
  ) {}

  async enqueue(
    tx: Tx,
    user: User,
    session: Pick<SessionContext, 'issuedBy'>,
    deviceCount: number,
    now: Date,
  ): Promise<void> {
    const settings = await settingsRow.get(tx)
    const issuer =
      session.issuedBy === null ? undefined : await users.findById(tx, session.issuedBy)
    if (settings.enrollmentSendWelcomeEmail) await this.welcome(tx, user, issuer, settings, now)
    if (settings.notifyAdminEnrollmentCompleted && issuer && issuer.id !== user.id) {
      const notice = {
        name: `${user.firstName} ${user.lastName}`,
        username: user.username,
        completedAt: now.toISOString(),
        deviceCount,
      }
      await enqueue(
        tx,
        this.sealer,
        enrollmentCompletedMail(issuer.email, languageOf(issuer, settings), notice),
        now,
      )
    }
  }

  private async welcome(
    tx: Tx,
    user: User,
    issuer: User | undefined,
    settings: Settings,
    now: Date,
  ): Promise<void> {
    const { fellBack, ...text } = await renderWelcome(tx, user, issuer, settings, this.urls)
    if (fellBack) await audit(tx, now, SYSTEM, 'onboarding.render_failed', { kind: 'onboarding' })
    if (text.markdown.trim() === '') return
    const mail = welcomeMail(user.email, languageOf(user, settings), text)
    await enqueue(tx, this.sealer, mail, now)
  }
}

/** Subject and Markdown of the welcome mail, from the stored texts or the built-in ones. */
export async function renderWelcome(
  db: Db,
  user: User,
  issuer: User | undefined,
  settings: Settings,
  urls: InstanceUrls & { readonly version: string },
): Promise<{ subject: string; markdown: string; fellBack: boolean }> {
  const language = languageOf(user, settings)
  const texts = await findTexts(db, language, settings)
  const values = onboardingValues(user, issuer, settings, urls)
  const stored = settings.enrollmentUseWelcomeMessageAsEmail ? texts.page : texts.mail
  const { subject, ...title } = renderSubject(texts.subject, language, values)
  const { markdown, ...body } = renderOnboardingOrDefault(stored, language, values)
  return { subject, markdown, fellBack: title.fellBack || body.fellBack }
}
