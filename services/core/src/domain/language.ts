/** The languages whose texts are complete. */
export const LANGUAGES = ['en', 'pl', 'de'] as const
export type Language = (typeof LANGUAGES)[number]
export const DEFAULT_LANGUAGE: Language = 'en'

export function isLanguage(tag: string): tag is Language {
  return LANGUAGES.some((language) => language === tag)
}

/** A header longer than this was not written by a browser. */
const HEADER_MAX_LENGTH = 1_000

/**
 * The installed language that a client likes best (`Accept-Language`, RFC 9110 §12.5.4): the highest
 * weight, among equals the first; a region counts as its language. Undefined when it names none.
 */
export function preferredLanguage(header: string | undefined): Language | undefined {
  const wishes = (header ?? '').slice(0, HEADER_MAX_LENGTH).split(',').flatMap(parseWish)
  return wishes.sort((a, b) => b.weight - a.weight)[0]?.language
}

function parseWish(text: string): { language: Language; weight: number }[] {
  const [tag = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase())
  const [language = ''] = tag.split('-')
  const quality = parameters.find((parameter) => parameter.startsWith('q='))
  const weight = quality === undefined ? 1 : Number(quality.slice('q='.length))
  return isLanguage(language) && weight > 0 && weight <= 1 ? [{ language, weight }] : []
}
