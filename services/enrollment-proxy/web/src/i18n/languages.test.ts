import { expect, it } from '@jest/globals'
import { formatClock, formatDuration, plural } from './format.js'
import { languageFor } from './languages.js'

it('speaks the first language of the browser that it knows', () => {
  expect(languageFor(undefined, ['pl-PL', 'en'])).toBe('pl')
  expect(languageFor(undefined, ['fr-FR', 'fr', 'DE-at', 'en'])).toBe('de')
  expect(languageFor(undefined, ['en-GB', 'pl'])).toBe('en')
})

it('speaks what was picked before, whatever the browser says', () => {
  expect(languageFor('de', ['pl-PL'])).toBe('de')
})

it('speaks English where it knows nothing better', () => {
  for (const wishes of [[], ['fr-FR', 'uk'], ['', 'x-klingon', 'toString']]) {
    expect(languageFor(undefined, wishes)).toBe('en')
  }
  expect(languageFor('constructor', [])).toBe('en')
})

it('counts as each language does', () => {
  const forms = { one: 'lokalizacja', few: 'lokalizacje', other: 'lokalizacji' }
  const said = [1, 2, 4, 5, 12, 21, 22, 25, 101].map((count) => plural('pl', count, forms))
  expect(said).toEqual([
    ...['lokalizacja', 'lokalizacje', 'lokalizacje', 'lokalizacji', 'lokalizacji'],
    ...['lokalizacji', 'lokalizacje', 'lokalizacji', 'lokalizacji'],
  ])
  expect(formatDuration('pl', 62)).toBe('1 minuta 2 sekundy')
  expect(formatDuration('pl', 5 * 60 + 22)).toBe('5 minut 22 sekundy')
  expect(formatDuration('de', 61)).toBe('1 Minute 1 Sekunde')
  expect(formatDuration('de', 7_325)).toBe('2 Stunden 2 Minuten 5 Sekunden')
})

it('writes what is left as a clock where words have no room', () => {
  expect([0, 59, 60, 496, 3_600, 7_325].map(formatClock)).toEqual([
    ...['0:00', '0:59', '1:00', '8:16', '1:00:00', '2:02:05'],
  ])
})
