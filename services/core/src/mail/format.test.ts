import { expect, it } from '@jest/globals'
import { formatInstant, formatSpan } from './format.js'

it.each([
  ['en', 'Friday, 2 January 2026 at 00:05 UTC'],
  ['pl', 'piątek, 2 stycznia 2026 00:05 UTC'],
  ['de', 'Freitag, 2. Januar 2026 um 00:05 UTC'],
] as const)('writes an instant in %s with its zone', (language, text) => {
  expect(formatInstant('2026-01-02T00:05:00Z', language)).toMatch(
    new RegExp(`^${text.replace(/2026 (?=\d)/, '2026,? (o )?').replaceAll('.', '\\.')}$`),
  )
})

it.each([
  [600_000, 'en', '10 minutes'],
  [60_000, 'en', '1 minute'],
  [600_000, 'pl', '10 minut'],
  [60_000, 'pl', '1 minuta'],
  [120_000, 'pl', '2 minuty'],
  [300_000, 'pl', '5 minut'],
  [1_320_000, 'pl', '22 minuty'],
  [3_600_000, 'pl', '1 godzina'],
  [5 * 3_600_000, 'pl', '5 godzin'],
  [23 * 3_600_000, 'pl', '23 godziny'],
  [86_400_000, 'en', '24 hours'],
  [5_400_000, 'de', '1 Stunde 30 Minuten'],
  [90_000, 'en', '1 minute 30 seconds'],
] as const)('writes %i ms in %s', (ms, language, text) => {
  expect(formatSpan(ms, language)).toBe(text)
})
