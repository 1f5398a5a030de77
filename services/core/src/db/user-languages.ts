import type { Tx } from './database.js'

/**
 * Keeps the language of a person's page: where nobody has chosen one and, until they have enrolled,
 * where what is kept came from their page as well. An admin's choice stays.
 */
export async function suggest(tx: Tx, userId: number, language: string): Promise<void> {
  await tx
    .updateTable('user')
    .set({ language, suggestedLanguage: language })
    .where('id', '=', userId)
    .where(({ and, eb, or, ref }) =>
      or([
        eb('language', 'is', null),
        and([eb('passwordHash', 'is', null), eb('language', '=', ref('suggestedLanguage'))]),
      ]),
    )
    .execute()
}
