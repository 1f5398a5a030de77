import { expect, it } from '@jest/globals'
import fc from 'fast-check'
import { CARD, contrast, edgeOn, readableOn } from './colours.js'

const colour = fc
  .integer({ min: 0, max: 0xffffff })
  .map((n) => `#${n.toString(16).padStart(6, '0')}`)

it.each([
  ['#ffffff', '#000000'],
  ['#ffd500', '#000000'],
  ['#0b5fff', '#ffffff'],
  ['#000000', '#ffffff'],
])('puts on %s a text that can be read', (background, text) => {
  expect(readableOn(background)).toBe(text)
})

it('measures contrast as WCAG does', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21)
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2)
})

it('keeps a button readable and in sight, whatever colour a company has, by day and by night', () => {
  fc.assert(
    fc.property(colour, (accent) => {
      expect(contrast(readableOn(accent), accent)).toBeGreaterThanOrEqual(4.5)
      for (const card of Object.values(CARD))
        expect(contrast(edgeOn(card, accent), card)).toBeGreaterThanOrEqual(1.3)
    }),
  )
})
