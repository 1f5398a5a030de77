import type { Db, Tx } from './database.js'
import type { OnboardingText } from './schema.js'

export type OnboardingKind = OnboardingText['kind']

/** The newest text of each kind in one of the languages, whether stored or set back to built in. */
export function findCurrent(
  db: Db,
  languages: readonly string[],
): Promise<Pick<OnboardingText, 'kind' | 'language' | 'text'>[]> {
  return db
    .selectFrom('onboardingText')
    .select(['kind', 'language', 'text'])
    .distinctOn(['language', 'kind'])
    .where('language', 'in', languages)
    .orderBy('language')
    .orderBy('kind')
    .orderBy('id', 'desc')
    .execute()
}

export async function insert(tx: Tx, texts: readonly Omit<OnboardingText, 'id'>[]): Promise<void> {
  if (texts.length === 0) return
  await tx.insertInto('onboardingText').values(texts).execute()
}
