import { expect, it } from '@jest/globals'
import { formatDuration } from '../i18n/format.js'
import { clockSkewMs, secondsLeft, warningAt } from './time-left.js'

it('counts whole seconds down to zero and not below', () => {
  expect(secondsLeft(10_000, 0)).toBe(10)
  expect(secondsLeft(10_000, 9_001)).toBe(1)
  expect(secondsLeft(10_000, 10_000)).toBe(0)
  expect(secondsLeft(10_000, 99_000)).toBe(0)
})

it('warns at two minutes and at thirty seconds', () => {
  expect(warningAt(121)).toBeUndefined()
  expect(warningAt(120)).toBe(120)
  expect(warningAt(31)).toBe(120)
  expect(warningAt(30)).toBe(30)
})

it('learns from an answer how wrong the clock of the browser is', () => {
  const date = 'Thu, 01 Jan 2026 00:10:00 GMT'
  const local = Date.parse('2026-01-01T00:00:00Z')
  expect(clockSkewMs(date, local, local + 1_000)).toBe(600_000)
  expect(clockSkewMs(null, local, local)).toBe(0)
  expect(clockSkewMs('nonsense', local, local)).toBe(0)
})

it('writes a duration in words', () => {
  expect(formatDuration('en', 496)).toBe('8 minutes 16 seconds')
  expect(formatDuration('en', 61)).toBe('1 minute 1 second')
  expect(formatDuration('en', 0)).toBe('0 seconds')
  expect(formatDuration('pl', 122)).toBe('2 minuty 2 sekundy')
})
