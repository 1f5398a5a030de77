import type { OnboardingKind } from '../domain/onboarding.js'
import type { Db, Tx } from './database.js'
import type { Page } from './page.js'
import type { OnboardingText } from './schema.js'

/** A text that was put into force; its id is what admins call a revision. */
export type Revision = Omit<OnboardingText, 'authorId' | 'failureRecordedAt'>

const COLUMNS = ['id', 'kind', 'language', 'text', 'authorName', 'createdAt'] as const

/** The newest text of each kind in one of the languages, whether stored or set back to built in. */
export function findCurrent(db: Db, languages: readonly string[]): Promise<Revision[]> {
  return db
    .selectFrom('onboardingText')
    .select(COLUMNS)
    .distinctOn(['language', 'kind'])
    .where('language', 'in', languages)
    .orderBy('language')
    .orderBy('kind')
    .orderBy('id', 'desc')
    .execute()
}

export function find(db: Db, id: number): Promise<Revision | undefined> {
  return db.selectFrom('onboardingText').select(COLUMNS).where('id', '=', id).executeTakeFirst()
}

/** Newest first. */
export function list(
  db: Db,
  filter: { language: string | undefined; kind: OnboardingKind | undefined },
  page: Page,
): Promise<Revision[]> {
  let query = db
    .selectFrom('onboardingText')
    .select(COLUMNS)
    .orderBy('id', 'desc')
    .limit(page.size + 1)
  if (filter.language !== undefined) query = query.where('language', '=', filter.language)
  if (filter.kind !== undefined) query = query.where('kind', '=', filter.kind)
  if (page.cursor !== undefined) query = query.where('id', '<', page.cursor)
  return query.execute()
}

export async function insert(
  tx: Tx,
  texts: readonly Omit<OnboardingText, 'id' | 'failureRecordedAt'>[],
): Promise<void> {
  await tx.insertInto('onboardingText').values(texts).execute()
}

/** Whether it is this call's to record that a text cannot be used: once after `since`. */
export async function claimFailure(tx: Tx, id: number, now: Date, since: Date): Promise<boolean> {
  const row = await tx
    .updateTable('onboardingText')
    .set({ failureRecordedAt: now })
    .where('id', '=', id)
    .where((eb) =>
      eb.or([eb('failureRecordedAt', 'is', null), eb('failureRecordedAt', '<=', since)]),
    )
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}
