import { de } from '../../../services/enrollment-proxy/web/src/i18n/de.js'
import { en, type Messages } from '../../../services/enrollment-proxy/web/src/i18n/en.js'
import { pl } from '../../../services/enrollment-proxy/web/src/i18n/pl.js'

export interface SpokenLanguage {
  readonly tag: 'en' | 'pl' | 'de'
  /** What the browser says that its person reads. */
  readonly locale: string
  readonly text: Messages
  /** A heading of the onboarding text that core has in this language. */
  readonly onboarding: string
}

export const LANGUAGES: readonly SpokenLanguage[] = [
  { tag: 'en', locale: 'en-GB', text: en, onboarding: 'How to connect' },
  { tag: 'pl', locale: 'pl-PL', text: pl, onboarding: 'Jak się połączyć' },
  { tag: 'de', locale: 'de-DE', text: de, onboarding: 'So verbinden Sie sich' },
]

/** Shorter words may be the same, or a part of others. */
const SENTENCE_MIN = 20

/** English sentences that are shown where the page is to speak another language. */
export function findEnglish(shown: string, text: Messages): string[] {
  return sentencesIn(en, text).filter((sentence) => shown.includes(sentence))
}

/** All sentences of one tree of texts that are others in the other tree. */
function sentencesIn(tree: object, other: object): string[] {
  return Object.entries(tree).flatMap(([name, value]) => {
    const counterpart = (other as Record<string, unknown>)[name]
    if (typeof value === 'object') return sentencesIn(value, counterpart as object)
    const isSentence = typeof value === 'string' && value.length >= SENTENCE_MIN
    return isSentence && value !== counterpart ? [value] : []
  })
}
