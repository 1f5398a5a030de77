import { expect, it } from '@jest/globals'
import {
  CodeHasher,
  newEmailCode,
  newRecoveryCodes,
  parseRecoveryCode,
  parseSixDigits,
} from './mfa.js'

it('takes six digits with white space around them for a code, and nothing else', () => {
  expect(parseSixDigits(' 012345\r\n')).toBe('012345')
  for (const text of [
    '',
    '12345',
    '1234567',
    '123 456',
    '１２３４５６',
    '-12345',
    '1e5000',
    '\u0000',
  ]) {
    expect(parseSixDigits(text)).toBeUndefined()
  }
})

it('makes codes that can be read aloud, no two alike', () => {
  const codes = Array.from({ length: 50 }, newRecoveryCodes).flat()
  for (const code of codes) expect(code).toMatch(/^[2-9a-hjkmnp-z]{5}-[2-9a-hjkmnp-z]{5}$/)
  expect(new Set(codes).size).toBe(400)
  for (let i = 0; i < 50; i++) expect(newEmailCode()).toMatch(/^\d{6}$/)
})

it('knows a recovery code however it was typed', () => {
  for (const text of ['abcde-fgh23', ' ABCDE-FGH23\n', 'abcde fgh23', 'abcdefgh23']) {
    expect(parseRecoveryCode(text)).toBe('abcde-fgh23')
  }
  for (const text of ['', '123456', 'abcde', 'abcde-fgh2', 'abcde--fgh23', 'abcdo-fgh23']) {
    expect(parseRecoveryCode(text)).toBeUndefined()
  }
})

it('knows a code only for its owner, and under every key that is still readable', () => {
  const [older, newer] = ['o'.repeat(64), 'n'.repeat(64)]
  const stored = new CodeHasher([older]).hash('123456', 'login:1')
  const hasher = new CodeHasher([newer, older])
  expect(hasher.matches('123456', 'login:1', stored)).toBe(true)
  expect(hasher.matches('123457', 'login:1', stored)).toBe(false)
  expect(hasher.matches('123456', 'login:2', stored)).toBe(false)
  expect(new CodeHasher([newer]).matches('123456', 'login:1', stored)).toBe(false)
})
