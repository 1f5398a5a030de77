import type { OnboardingTexts } from '@defguard/proto/admin/v1/onboarding'
import type { TestCore } from './_core.js'
import { query } from './_database.js'

export const PASSWORD = 'correct horse battery'
export const NO_TEXTS: OnboardingTexts = { page: undefined, mail: undefined, subject: undefined }

type As = Record<string, string>

/** The calls on onboarding texts, with what a test does not care for left out. */
export function onboardingOf(core: TestCore) {
  const { onboarding } = core.clients
  return {
    get: (language = '', as?: As) => onboarding.getOnboarding({ language }, as),
    set: (
      texts: Partial<OnboardingTexts>,
      more: { language?: string; reset?: string[]; expected_revision?: number } = {},
      as?: As,
    ) =>
      onboarding.setOnboarding(
        { language: 'en', reset: [], ...more, texts: { ...NO_TEXTS, ...texts } },
        as,
      ),
    preview: (
      texts: Partial<OnboardingTexts> = {},
      more: { language?: string; username?: string; admin_username?: string } = {},
      as?: As,
    ) =>
      onboarding.previewOnboarding(
        {
          language: '',
          username: '',
          admin_username: '',
          ...more,
          texts: { ...NO_TEXTS, ...texts },
        },
        as,
      ),
    history: async (filter: { language?: string; kind?: string } = {}, size = 0, token = '') =>
      onboarding.listOnboardingHistory({
        language: '',
        kind: '',
        ...filter,
        page: { page_size: size, page_token: token },
      }),
    restore: (revision: number, as?: As) => onboarding.restoreOnboarding({ revision }, as),
  }
}

/** Puts a text into force that SetOnboarding would refuse, as an earlier version may have let it. */
export async function storeAnyway(
  core: TestCore,
  kind: string,
  text: string,
  language = 'en',
): Promise<number> {
  const [row] = await query<{ id: string }>(
    core.databaseUrl,
    `insert into onboarding_text (kind, language, text, author_name, created_at)
     values ($1, $2, $3, 'admin', now()) returning id`,
    [kind, language, text],
  )
  return Number(row?.id)
}

/** What the audit log holds of onboarding texts, oldest first. */
export function auditOf(core: TestCore, action: string) {
  return query<{ actor_name: string | null; details: Record<string, unknown> }>(
    core.databaseUrl,
    'select actor_name, details from audit_event where action = $1 order by id',
    [action],
  )
}
