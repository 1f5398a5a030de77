import type { Messages } from './en.js'

interface LanguageInfo {
  /** As its readers call it. */
  readonly name: string
  readonly direction: 'ltr' | 'rtl'
  /** A file of its own, which only its readers load. */
  readonly load: () => Promise<Messages>
}

export const LANGUAGES = {
  de: { name: 'Deutsch', direction: 'ltr', load: async () => (await import('./de.js')).de },
  en: { name: 'English', direction: 'ltr', load: async () => (await import('./en.js')).en },
  pl: { name: 'Polski', direction: 'ltr', load: async () => (await import('./pl.js')).pl },
} as const satisfies Record<string, LanguageInfo>

export type Language = keyof typeof LANGUAGES

const DEFAULT_LANGUAGE: Language = 'en'

/** A language with its texts. */
export interface Words {
  readonly language: Language
  readonly text: Messages
}

export function isLanguage(tag: string): tag is Language {
  return Object.hasOwn(LANGUAGES, tag)
}

/**
 * What the person picked, else the first wish of their browser that we have. A region counts as its
 * language.
 */
export function languageFor(picked: string | undefined, wishes: readonly string[]): Language {
  const tags = wishes.map((wish) => wish.toLowerCase().split('-')[0] ?? '')
  return [picked ?? '', ...tags].find(isLanguage) ?? DEFAULT_LANGUAGE
}

export async function loadWords(language: Language): Promise<Words> {
  return { language, text: await LANGUAGES[language].load() }
}

/** The page must open: where the file of its language is lost, in English. */
export function loadFirstWords(language: Language): Promise<Words> {
  return loadWords(language).catch(() => loadWords(DEFAULT_LANGUAGE))
}
