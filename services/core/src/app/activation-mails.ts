import type { Tx } from '../db/database.js'
import type { SessionContext } from '../db/enrollment-sessions.js'
import type { Settings, User } from '../db/schema.js'
import * as settingsRow from '../db/settings.js'
import * as users from '../db/users.js'
import type { Sealer } from '../domain/sealing.js'
import { enrollmentCompletedMail, welcomeMail } from '../mail/messages.js'
import { type InstanceUrls, languageOf } from './instance-settings.js'
import type { OnboardingFailures } from './onboarding-failures.js'
import { findTexts, isBlank, onboardingValues, renderWelcome } from './onboarding-texts.js'
import { enqueue } from './outbox.js'

/** What is mailed when a person has enrolled: the company's words to them, a notice to the admin. */
export class ActivationMails {
  constructor(
    private readonly sealer: Sealer,
    private readonly urls: InstanceUrls & { readonly version: string },
    private readonly failures: OnboardingFailures,
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
    const language = languageOf(user, settings)
    const texts = await findTexts(tx, language, settings)
    const values = onboardingValues(user, issuer, settings, this.urls)
    const { subject, body } = renderWelcome(texts, language, values, settings)
    await this.failures.record(tx, [subject, body], now)
    if (isBlank(body)) return
    const contents = { subject: subject.text, markdown: body.text }
    await enqueue(tx, this.sealer, welcomeMail(user.email, language, contents), now)
  }
}
