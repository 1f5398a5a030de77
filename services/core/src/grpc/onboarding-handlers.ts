import type { OnboardingServiceServer } from '@defguard/proto/admin/v1/onboarding'
import type { Onboarding } from '../app/onboarding.js'
import type { OnboardingPreview } from '../app/onboarding-preview.js'
import type { AdminCalls } from './admin-calls.js'
import {
  parseKinds,
  toOnboarding,
  toRevision,
  toTexts,
  toTextsMessage,
} from './onboarding-messages.js'
import { toPageRequest } from './page-messages.js'

export function onboardingHandlers(
  calls: AdminCalls,
  onboarding: Onboarding,
  onboardingPreview: OnboardingPreview,
): OnboardingServiceServer {
  return {
    getOnboarding: calls.admin('read', async ({ language }) =>
      toOnboarding(await onboarding.get(language)),
    ),

    setOnboarding: calls.admin('write', async (request, admin) => {
      const { language, texts, revision } = await onboarding.set(admin, {
        language: request.language,
        texts: toTexts(request.texts),
        reset: parseKinds(request.reset, 'reset'),
        expectedRevision: request.expected_revision,
      })
      return { language, texts: toTextsMessage(texts), revision }
    }),

    previewOnboarding: calls.admin('read', async (request, admin) => {
      const preview = await onboardingPreview.preview(admin, {
        language: request.language,
        texts: toTexts(request.texts),
        username: request.username,
        adminUsername: request.admin_username,
      })
      const { language, page, mail, isMailSent, warnings } = preview
      return {
        page_markdown: page.markdown,
        page_html: page.html,
        mail_subject: mail?.subject ?? '',
        mail_html: mail?.html ?? '',
        mail_text: mail?.text ?? '',
        page_text: page.text,
        language,
        mail_is_sent: isMailSent,
        warnings: [...warnings],
      }
    }),

    listOnboardingHistory: calls.admin('read', async ({ page, language, kind }) => {
      const [only] = kind === '' ? [] : parseKinds([kind], 'kind')
      const list = await onboarding.listRevisions({ language, kind: only }, toPageRequest(page))
      return { revisions: list.items.map(toRevision), next_page_token: list.nextPageToken }
    }),

    getOnboardingRevision: calls.admin('read', async ({ revision }) => ({
      revision: toRevision(await onboarding.getRevision(revision)),
    })),

    restoreOnboarding: calls.admin('write', async ({ revision }, admin) => ({
      revision: toRevision(await onboarding.restore(admin, revision)),
    })),
  }
}
