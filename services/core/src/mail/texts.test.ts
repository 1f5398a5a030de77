import { expect, it } from '@jest/globals'
import { LANGUAGES, type Language } from '../domain/language.js'
import { MAIL_TEXTS } from './texts.js'

/** Every text by its path; functions are called with a value that must come back. */
function textsOf(texts: object, path = ''): Map<string, string> {
  const entries = Object.entries(texts).flatMap(([key, value]): [string, string][] => {
    const name = `${path}${key}`
    if (typeof value === 'function') {
      const text = String(value(...Array.from({ length: value.length }, (_, at) => `<${at}>`)))
      return [[`${name}(${value.length})`, text]]
    }
    return typeof value === 'string' ? [[name, value]] : [...textsOf(value, `${name}.`)]
  })
  return new Map(entries)
}

it.each(LANGUAGES)('has every text in %s, each with the values it is given', (language) => {
  const texts = textsOf(MAIL_TEXTS[language])
  expect([...texts.keys()]).toEqual([...textsOf(MAIL_TEXTS.en).keys()])
  for (const [name, text] of texts) {
    expect(text.trim()).not.toBe('')
    const values = Number(/\((\d)\)$/.exec(name)?.[1] ?? 0)
    for (let at = 0; at < values; at++) expect(text).toContain(`<${at}>`)
    // A number would be one that the configuration may contradict.
    expect(text.replace(/<\d>/g, '')).not.toMatch(/\d/)
  }
})

/** Where the word is the same in English. */
const SAME: Readonly<Record<Language, readonly string[]>> = {
  en: [],
  pl: [
    'contact.email',
    'invitation.token',
    'enrollmentCompleted.username',
    'passwordChanged.username',
    'gateway.token',
  ],
  de: [
    'contact.name',
    'invitation.token',
    'enrollmentCompleted.name',
    'mfaCode.code',
    'gateway.token',
  ],
}

it.each(LANGUAGES.filter((language) => language !== 'en'))(
  'has nothing left in English in %s',
  (language) => {
    const english = textsOf(MAIL_TEXTS.en)
    const texts = [...textsOf(MAIL_TEXTS[language])]
    const same = texts.filter(([name, text]) => text === english.get(name)).map(([name]) => name)
    expect(same).toEqual(SAME[language])
  },
)
