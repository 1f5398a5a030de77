import type { Logger } from '@defguard/runtime/logger'
import type { Tx } from '../db/database.js'
import * as onboardingTexts from '../db/onboarding-texts.js'
import { after } from '../domain/clock.js'
import { audit, SYSTEM } from './audit.js'
import type { RenderedText } from './onboarding-texts.js'

/** Every start meets an unusable text: it is recorded once in this time. */
const INTERVAL_MS = 60 * 60_000

/** Tells admins of stored texts for which the built-in ones have to stand in. */
export class OnboardingFailures {
  constructor(private readonly log: Logger) {}

  async record(tx: Tx, rendered: readonly RenderedText[], now: Date): Promise<void> {
    for (const { kind, chosen, findings } of rendered) {
      const revision = chosen?.revision
      if (!revision || findings.length === 0) continue
      const since = after(now, -INTERVAL_MS)
      if (!(await onboardingTexts.claimFailure(tx, revision.id, now, since))) continue
      const details = { kind, language: revision.language, revision: revision.id, findings }
      const object = { kind: 'onboarding', id: revision.id } as const
      await audit(tx, now, SYSTEM, 'onboarding.render_failed', object, {
        hasFailed: true,
        details,
      })
      this.log.warn(details, 'an onboarding text cannot be used, the built-in one stands in')
    }
  }
}
