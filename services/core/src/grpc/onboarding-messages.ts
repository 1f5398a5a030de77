import type {
  GetOnboardingResponse,
  OnboardingRevision as RevisionMessage,
  OnboardingTextInForce as TextInForceMessage,
  OnboardingTexts as TextsMessage,
} from '@defguard/proto/admin/v1/onboarding'
import type { Onboarding, TextInForce } from '../app/onboarding.js'
import { assertNoViolations } from '../domain/errors.js'
import {
  ONBOARDING_KINDS,
  type OnboardingKind,
  type OnboardingTexts,
} from '../domain/onboarding.js'
import { toUnixSeconds } from './timestamps.js'

/** @throws DomainError `invalid_argument` that names the field */
export function parseKinds(names: readonly string[], field: string): OnboardingKind[] {
  const known = names.filter(isKind)
  const unknown = names.filter((name) => !isKind(name))
  const kinds = ONBOARDING_KINDS.join(', ')
  assertNoViolations(unknown.map((name) => ({ field, message: `"${name}" is none of ${kinds}` })))
  return known
}

function isKind(name: string): name is OnboardingKind {
  return ONBOARDING_KINDS.some((kind) => kind === name)
}

export function toTexts(message: TextsMessage | undefined): OnboardingTexts {
  const entries = ONBOARDING_KINDS.flatMap((kind) => {
    const text = message?.[kind]
    return text === undefined ? [] : [[kind, text]]
  })
  return Object.fromEntries(entries)
}

export function toTextsMessage({ page, mail, subject }: OnboardingTexts): TextsMessage {
  return { page, mail, subject }
}

export function toOnboarding(
  onboarding: Awaited<ReturnType<Onboarding['get']>>,
): GetOnboardingResponse {
  const { language, texts, revision, inForce, settings } = onboarding
  return {
    language,
    texts: toTextsMessage(texts),
    revision,
    in_force: inForce.map(toInForce),
    send_welcome_email: settings.enrollmentSendWelcomeEmail,
    use_page_as_mail: settings.enrollmentUseWelcomeMessageAsEmail,
  }
}

function toInForce({ revision, ...inForce }: TextInForce): TextInForceMessage {
  return {
    kind: inForce.kind,
    text: inForce.text,
    built_in: inForce.isBuiltIn,
    language: inForce.language,
    revision: revision?.id,
    author: revision?.authorName,
    created_timestamp: revision && toUnixSeconds(revision.createdAt),
    findings: [...inForce.findings],
  }
}

export function toRevision(
  revision: Awaited<ReturnType<Onboarding['getRevision']>>,
): RevisionMessage {
  return {
    revision: revision.id,
    kind: revision.kind,
    language: revision.language,
    text: revision.text ?? undefined,
    author: revision.authorName,
    created_timestamp: toUnixSeconds(revision.createdAt),
  }
}
