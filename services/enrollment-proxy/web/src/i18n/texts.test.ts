import { expect, it } from '@jest/globals'
import { en } from './en.js'
import { LANGUAGES, type Language, loadWords } from './languages.js'

/** Texts that are rightly the same as in English. Any other equal one was forgotten. */
const SAME_AS_ENGLISH: Readonly<Record<Exclude<Language, 'en'>, readonly string[]>> = {
  de: [
    'common.pageTitle',
    'useApp.token',
    'data.login',
    'password.login',
    'vpn.endpoint',
    'platform.mac',
    'platform.chromebook',
    'platform.iphone',
    'platform.ipad',
  ],
  pl: [
    'common.pageTitle',
    'useApp.token',
    'data.login',
    'data.email',
    'password.login',
    'platform.mac',
    'platform.chromebook',
    'platform.iphone',
    'platform.ipad',
  ],
}

type Sentence = (...values: readonly number[]) => string
type Text = string | Sentence

const TRANSLATIONS = Object.keys(SAME_AS_ENGLISH) as (keyof typeof SAME_AS_ENGLISH)[]
/** Seconds, counts and, since a sentence cannot tell, names: every plural form is among them. */
const VALUES = [1, 2, 5, 22, 25, 61, 119, 300, 7411]
/** For the places beside; none of the values above is found in them. */
const OTHER_VALUES = [8888, 8889, 8898]

/** Every text by its path, such as `deadEnd.token_used.title`. */
function textsOf(tree: object, prefix = ''): Map<string, Text> {
  const entries = Object.entries(tree).flatMap(([name, value]) =>
    typeof value === 'object'
      ? [...textsOf(value, `${prefix}${name}.`)]
      : [[`${prefix}${name}`, value as Text] as const],
  )
  return new Map(entries)
}

/** What a sentence says when one of its places takes each value in turn. */
function saidOf(sentence: Sentence, place: number): string[] {
  return VALUES.map((value) => sentence(...OTHER_VALUES.with(place, value)))
}

function isSame(one: Text | undefined, other: Text): boolean {
  if (typeof one !== 'function' || typeof other !== 'function') return one === other
  return OTHER_VALUES.every((_, at) => `${saidOf(one, at)}` === `${saidOf(other, at)}`)
}

const english = textsOf(en)

it('has every language of the picker in this test', () => {
  expect(['en', ...TRANSLATIONS].toSorted()).toEqual(Object.keys(LANGUAGES).toSorted())
})

it.each(TRANSLATIONS)('says everything in the language %s', async (language) => {
  const texts = textsOf((await loadWords(language)).text)
  expect([...texts.keys()].toSorted()).toEqual([...english.keys()].toSorted())
  for (const text of texts.values()) expect(text).not.toBe('')
})

it.each(TRANSLATIONS)('leaves no text in English where it speaks %s', async (language) => {
  const texts = textsOf((await loadWords(language)).text)
  const same = [...english].filter(([path, text]) => isSame(texts.get(path), text))
  expect(same.map(([path]) => path)).toEqual(SAME_AS_ENGLISH[language])
})

it.each(TRANSLATIONS)('drops no name and no number in the language %s', async (language) => {
  const texts = textsOf((await loadWords(language)).text)
  const dropped: string[] = []
  for (const [path, text] of english) {
    const translated = texts.get(path)
    if (typeof text !== 'function' || typeof translated !== 'function') continue
    for (let place = 0; place < text.length; place++) {
      const [said, meant] = [saidOf(translated, place), saidOf(text, place)]
      const isSilent = new Set(meant).size > 1 && new Set(said).size === 1
      const lost = VALUES.find((value, at) => {
        const isSaid = (sentence = '') => sentence.includes(`${value}`)
        return isSaid(meant[at]) && !isSaid(said[at])
      })
      if (isSilent || lost !== undefined) dropped.push(`${path}, argument ${place + 1}: ${lost}`)
    }
  }
  expect(dropped).toEqual([])
})
