import { expect, it } from '@jest/globals'
import fc from 'fast-check'
import { wrapped } from './plain-text.js'

it('breaks long lines between words, and a list or a quote stays one', () => {
  const words =
    'twelve words of five letters each would never fit in one line of a mail that people read'
  expect(wrapped(`- ${words}`)).toBe(
    '- twelve words of five letters each would never fit in one line of a\n  mail that people read',
  )
  expect(wrapped(`> ${words}`)).toBe(
    '> twelve words of five letters each would never fit in one line of a\n> mail that people read',
  )
  expect(wrapped(`    ${words}`)).toBe(`    ${words}`)
})

it('loses, adds and joins nothing but line breaks', () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[a-zé>.-]{1,90}$/), { minLength: 1 }), (words) => {
      const text = wrapped(words.join(' '))
      for (const line of text.split('\n'))
        expect([...line].length <= 72 || !line.trim().includes(' ')).toBe(true)
      if (!/^(> ?|[-*] )/.test(words.join(' ')))
        expect(text.replaceAll('\n', ' ')).toBe(words.join(' '))
    }),
  )
})
