import { expect, it } from '@jest/globals'
import { kindOfSecret, newSecret, SECRET_PREFIXES, type SecretKind } from './secret.js'

// The example of the public API's contract.
const EXAMPLE = 'dge_tCL7q3jjBItB2mLT2aAC514GiOwkGQs02E4Q2N'

it('recognises the kind of every secret it makes', () => {
  for (const kind of Object.keys(SECRET_PREFIXES) as SecretKind[]) {
    expect(kindOfSecret(newSecret(kind).secret)).toBe(kind)
  }
})

it('verifies the checksum of the documented example', () => {
  expect(kindOfSecret(EXAMPLE)).toBe('enrollment')
})

it('notices every single changed character', () => {
  for (let at = 0; at < EXAMPLE.length; at++) {
    const changed = EXAMPLE[at] === 'x' ? 'y' : 'x'
    expect(kindOfSecret(EXAMPLE.slice(0, at) + changed + EXAMPLE.slice(at + 1))).toBeUndefined()
  }
})

it('takes any other text for no secret at all', () => {
  for (const text of ['', 'dge_', `${EXAMPLE} `, EXAMPLE.repeat(300), 'dgé_', '\u0000']) {
    expect(kindOfSecret(text)).toBeUndefined()
  }
})
