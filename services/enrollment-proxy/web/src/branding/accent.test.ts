import { expect, it } from '@jest/globals'
import { accentFor, contrast, parseColor } from './accent.js'

const COLORS = ['#ffff00', '#0b5fff', '#000000', '#ffffff', '#f80', '#7f7f7f', '#00ffcc', '#c8102e']
const GROUNDS = {
  light: ['#ffffff', '#f4f5f8', '#edeff4'],
  dark: ['#101419', '#181d24', '#242b34'],
}

it('makes every colour readable as text and as a button, in both themes', () => {
  for (const scheme of ['light', 'dark'] as const) {
    for (const color of COLORS) {
      const tones = accentFor(color, scheme)
      for (const ground of GROUNDS[scheme]) {
        expect(contrastOf(tones?.accent, ground)).toBeGreaterThanOrEqual(4.5)
      }
      expect(contrastOf(tones?.onAccent, tones?.accent)).toBeGreaterThanOrEqual(4.5)
    }
  }
})

it('leaves a colour alone that is readable already', () => {
  expect(accentFor('#1a3fb0', 'light')?.accent).toBe('#1a3fb0')
})

it('takes nothing for a colour that is none', () => {
  for (const text of ['', 'red', '#12', 'url(x)', '#ggg']) {
    expect(accentFor(text, 'light')).toBeUndefined()
  }
})

function contrastOf(one: string | undefined, other: string | undefined): number {
  return contrast(parseColor(one ?? '') ?? [0, 0, 0], parseColor(other ?? '') ?? [0, 0, 0])
}
