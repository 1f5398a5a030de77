import type {
  OnboardingServiceServer,
  OnboardingTexts as TextsMessage,
} from '@defguard/proto/admin/v1/onboarding'
import type { Onboarding, OnboardingKind, OnboardingTexts } from '../app/onboarding.js'
import { assertNoViolations } from '../domain/errors.js'
import type { Calls } from './unary.js'

const KINDS: readonly OnboardingKind[] = ['page', 'mail', 'subject']

export function onboardingHandlers(calls: Calls, onboarding: Onboarding): OnboardingServiceServer {
  return {
    getOnboarding: calls.admin('read', async ({ language }) =>
      toReply(await onboarding.get(language)),
    ),

    setOnboarding: calls.admin('write', async ({ language, texts, reset }, admin) =>
      toReply(await onboarding.set(admin, language, toTexts(texts), parseKinds(reset))),
    ),

    previewOnboarding: calls.admin('read', async ({ language, texts, username }, admin) => {
      const preview = await onboarding.preview(admin, language, toTexts(texts), username)
      return {
        page_markdown: preview.page,
        page_html: preview.pageHtml,
        mail_subject: preview.mail.subject,
        mail_html: preview.mail.html,
        mail_text: preview.mail.text,
      }
    }),
  }
}

function parseKinds(names: readonly string[]): OnboardingKind[] {
  const unknown = names.filter((name) => !KINDS.some((kind) => kind === name))
  assertNoViolations(
    unknown.map((name) => ({
      field: 'reset',
      message: `"${name}" is none of ${KINDS.join(', ')}`,
    })),
  )
  return names as OnboardingKind[]
}

function toTexts(message: TextsMessage | undefined): OnboardingTexts {
  const entries = KINDS.flatMap((kind) => {
    const text = message?.[kind]
    return text === undefined ? [] : [[kind, text]]
  })
  return Object.fromEntries(entries)
}

function toReply({ language, texts }: { language: string; texts: OnboardingTexts }) {
  return { language, texts: { page: texts.page, mail: texts.mail, subject: texts.subject } }
}
