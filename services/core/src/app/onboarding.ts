import { lockOnboarding } from '../db/advisory-locks.js'
import { type Db, inTransaction, type Tx } from '../db/database.js'
import type { Revision } from '../db/onboarding-texts.js'
import * as onboardingTexts from '../db/onboarding-texts.js'
import type { Settings } from '../db/schema.js'
import * as settingsRow from '../db/settings.js'
import type { Clock } from '../domain/clock.js'
import { DomainError } from '../domain/errors.js'
import { isLanguage, LANGUAGES, type Language } from '../domain/language.js'
import {
  assertOnboardingTemplates,
  builtInText,
  findingsIn,
  ONBOARDING_KINDS,
  type OnboardingKind,
  type OnboardingTexts,
} from '../domain/onboarding.js'
import { asActor, audit } from './audit.js'
import type { Admin } from './caller.js'
import { chooseTexts, languagesOf, type StoredText } from './onboarding-texts.js'
import { type PageOf, type PageRequest, pageOf, parsePage } from './paging.js'

/** The text of a kind that people of a language get. */
export interface TextInForce {
  readonly kind: OnboardingKind
  readonly text: string
  readonly isBuiltIn: boolean
  readonly language: string
  /** Absent where nothing is stored. */
  readonly revision: StoredText | undefined
  /** Why that revision cannot be used. */
  readonly findings: readonly string[]
}

/** What is stored for a language. */
export interface StoredOnboarding {
  readonly language: Language
  readonly texts: OnboardingTexts
  /** The newest; 0 before the first. */
  readonly revision: number
}

/** Each may hold a text of 32 KiB, and a reply is to stay below the 4 MiB that gRPC clients take. */
const HISTORY_PAGE_MAX = 100

/** What an admin wants to be stored: a text, or null for the built-in one. */
type Wanted = ReadonlyMap<OnboardingKind, string | null>

/** The company's words for new people. Texts are never changed, only replaced by newer ones. */
export class Onboarding {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
  ) {}

  async get(
    languageTag: string,
  ): Promise<StoredOnboarding & { inForce: readonly TextInForce[]; settings: Settings }> {
    const settings = await settingsRow.get(this.db)
    const language = parseLanguage(languageTag || settings.defaultLanguage)
    const languages = languagesOf(language, settings)
    const current = await onboardingTexts.findCurrent(this.db, languages)
    const chosen = chooseTexts(current, languages)
    const inForce = ONBOARDING_KINDS.map((kind) =>
      toInForce(kind, language, chosen[kind]?.revision),
    )
    return { ...toStored(language, current), inForce, settings }
  }

  /**
   * Replaces the given texts and sets those of `reset` back to built in.
   * @param request.expectedRevision the newest that the admin has seen of the language
   * @throws DomainError `invalid_template` with every finding and its line, `invalid_argument`,
   * `changed_meanwhile`
   */
  async set(
    admin: Admin,
    request: {
      language: string
      texts: OnboardingTexts
      reset: readonly OnboardingKind[]
      expectedRevision: number | undefined
    },
  ): Promise<StoredOnboarding> {
    const { texts, reset, expectedRevision } = request
    assertOnboardingTemplates(texts)
    const settings = await settingsRow.get(this.db)
    const language = parseLanguage(request.language || settings.defaultLanguage)
    const wanted = new Map<OnboardingKind, string | null>(reset.map((kind) => [kind, null]))
    for (const kind of ONBOARDING_KINDS) {
      const text = texts[kind]
      if (text !== undefined) wanted.set(kind, text)
    }
    const current = await inTransaction(this.db, (tx) =>
      this.write(tx, admin, language, wanted, { expectedRevision }),
    )
    return toStored(language, current)
  }

  /**
   * Puts the text of a revision into force again; what stands is the revision that holds it now.
   * @throws DomainError `not_found`, `invalid_template` when it would not be accepted today
   */
  async restore(admin: Admin, revision: number): Promise<Revision> {
    const { kind, language, text } = await this.getRevision(revision)
    if (text !== null) assertOnboardingTemplates({ [kind]: text })
    const current = await inTransaction(this.db, (tx) =>
      this.write(tx, admin, language, new Map([[kind, text]]), { restored: revision }),
    )
    const row = current.find((candidate) => candidate.kind === kind)
    if (!row) throw new Error('A restored text is in no revision.')
    return row
  }

  /** Newest first; an empty language or kind means all. */
  async listRevisions(
    filter: { language: string; kind: OnboardingKind | undefined },
    request: PageRequest,
  ): Promise<PageOf<Revision>> {
    const { size, cursor } = parsePage(request)
    const page = { size: Math.min(size, HISTORY_PAGE_MAX), cursor }
    const language = filter.language === '' ? undefined : parseLanguage(filter.language)
    return pageOf(await onboardingTexts.list(this.db, { ...filter, language }, page), page)
  }

  /** @throws DomainError `not_found` */
  async getRevision(revision: number): Promise<Revision> {
    const row = await onboardingTexts.find(this.db, revision)
    if (!row) throw new DomainError('not_found', `there is no revision ${revision}`)
    return row
  }

  /** What is stored afterwards. What is stored already is left alone, so that a repeat is harmless. */
  private async write(
    tx: Tx,
    admin: Admin,
    language: string,
    wanted: Wanted,
    options: { expectedRevision?: number | undefined; restored?: number },
  ): Promise<Revision[]> {
    await lockOnboarding(tx, language)
    const current = await onboardingTexts.findCurrent(tx, [language])
    const storedOf = (kind: OnboardingKind) => current.find((row) => row.kind === kind)
    const changes = [...wanted].filter(([kind, text]) => (storedOf(kind)?.text ?? null) !== text)
    if (changes.length === 0) return current
    const { expectedRevision = Number.POSITIVE_INFINITY, restored } = options
    if (changes.some(([kind]) => (storedOf(kind)?.id ?? 0) > expectedRevision))
      throw new DomainError('changed_meanwhile')
    const author = { authorId: admin.userId, authorName: admin.username, createdAt: this.clock() }
    const rows = changes.map(([kind, text]) => ({ kind, text, language, ...author }))
    await onboardingTexts.insert(tx, rows)
    const details = { language, kinds: changes.map(([kind]) => kind), restored }
    const object = { kind: 'onboarding' } as const
    await audit(tx, author.createdAt, asActor(admin), 'onboarding.updated', object, { details })
    return onboardingTexts.findCurrent(tx, [language])
  }
}

/** @throws DomainError `invalid_argument` */
export function parseLanguage(tag: string): Language {
  if (isLanguage(tag)) return tag
  const message = `must be one of ${LANGUAGES.join(', ')}`
  throw new DomainError('invalid_argument', `language: ${message}`, [
    { field: 'language', message },
  ])
}

function toStored(language: Language, current: readonly Revision[]): StoredOnboarding {
  const own = current.filter((row) => row.language === language)
  const texts = own.flatMap((row) => (row.text === null ? [] : [[row.kind, row.text]]))
  return {
    language,
    texts: Object.fromEntries(texts),
    revision: Math.max(0, ...own.map((row) => row.id)),
  }
}

function toInForce(
  kind: OnboardingKind,
  language: Language,
  revision: StoredText | undefined,
): TextInForce {
  const findings = revision ? findingsIn(revision.text) : []
  if (revision && findings.length === 0) {
    const { text, language } = revision
    return { kind, text, isBuiltIn: false, language, revision, findings }
  }
  return { kind, text: builtInText(kind, language), isBuiltIn: true, language, revision, findings }
}
