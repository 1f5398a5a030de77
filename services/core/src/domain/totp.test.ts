import { expect, it } from '@jest/globals'
import { newTotpSecret, stepOfCode } from './totp.js'

/** `12345678901234567890`, the secret of RFC 6238, appendix B. */
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'

// The appendix shows eight digits; six digits are the last six of them.
it.each([
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
])('knows the code of the RFC at %d seconds, a step early and late too', (seconds, code) => {
  const step = Math.floor(seconds / 30)
  const at = (second: number) => stepOfCode(SECRET, code, new Date(second * 1000))
  expect(at(seconds)).toBe(step)
  expect(at(step * 30 - 30)).toBe(step)
  expect(at(step * 30 + 59)).toBe(step)
  expect(at(step * 30 - 31)).toBeUndefined()
  expect(at(step * 30 + 60)).toBeUndefined()
})

it('makes secrets of 160 bits in unpadded base32, no two alike', () => {
  const secrets = Array.from({ length: 50 }, newTotpSecret)
  for (const secret of secrets) expect(secret).toMatch(/^[A-Z2-7]{32}$/)
  expect(new Set(secrets).size).toBe(50)
})
