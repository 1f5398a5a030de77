import { expect, it } from '@jest/globals'
import fc from 'fast-check'
import { LANGUAGES, preferredLanguage } from './language.js'

it.each([
  ['de', 'de'],
  ['de-AT', 'de'],
  ['PL-pl;q=0.8, en;q=0.9', 'en'],
  ['fr-FR, fr;q=0.9, pl;q=0.5, de;q=0.5', 'pl'],
  ['de;q=0, pl;q=0.1', 'pl'],
  ['de;q=nonsense, pl', 'pl'],
  ['de ; q=0.2 , en ; q=0.1', 'de'],
] as const)('reads %j as %s', (header, language) => {
  expect(preferredLanguage(header)).toBe(language)
})

it.each([undefined, '', '*', 'fr', 'english', ',;,;q=1'])('finds no language in %j', (header) => {
  expect(preferredLanguage(header)).toBeUndefined()
})

it('answers with an installed language or nothing, whatever a client sends', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 2_000 }), (header) => {
      expect([undefined, ...LANGUAGES]).toContain(preferredLanguage(header))
    }),
  )
})
