import type { Tx } from '../db/database.js'
import * as userLanguages from '../db/user-languages.js'
import { preferredLanguage } from '../domain/language.js'
import type { Caller } from './caller.js'

/** From here on mails to a person come in the language of their page, unless an admin has chosen one. */
export async function followPageLanguage(tx: Tx, userId: number, caller: Caller): Promise<void> {
  const language = preferredLanguage(caller.language)
  if (language) await userLanguages.suggest(tx, userId, language)
}
