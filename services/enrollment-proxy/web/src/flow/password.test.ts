import { expect, it } from '@jest/globals'
import { checkPassword, strengthOf } from './password.js'

const OWNER = {
  firstName: 'Jo',
  lastName: 'Kowalska',
  login: 'jkowalska',
  email: 'jo.kowalska@example.com',
  instanceName: 'Example Corp',
}

it('counts code points, not bytes or halves of characters', () => {
  expect(checkPassword('🦉'.repeat(7), OWNER).isLongEnough).toBe(false)
  expect(checkPassword('🦉'.repeat(8), OWNER).isLongEnough).toBe(true)
  expect(checkPassword('🦉'.repeat(128), OWNER).isShortEnough).toBe(true)
  expect(checkPassword('🦉'.repeat(129), OWNER).isShortEnough).toBe(false)
})

it('notices a name, a login, a mail address and the company behind digits and signs', () => {
  const personal = [
    'Kowalska2024!',
    '##jKowalska##',
    'jo.kowalska@example.com',
    'Jo.Kowalska1',
    'Example Corp 1',
  ]
  for (const password of personal) expect(checkPassword(password, OWNER).isImpersonal).toBe(false)
})

it('lets short names and mere parts of a password pass', () => {
  for (const password of ['jo123456', 'kowalska and the sea', '12345678', 'correct horse']) {
    expect(checkPassword(password, OWNER).isImpersonal).toBe(true)
  }
})

it('finds longer and less regular passwords stronger', () => {
  expect(strengthOf('aaaaaaaaaaaaaaaa', OWNER)).toBe('weak')
  expect(strengthOf('abcdefghijkl', OWNER)).toBe('weak')
  expect(strengthOf('Kowalska2024!', OWNER)).toBe('weak')
  expect(strengthOf('quiet lantern sails', OWNER)).toBe('strong')
})
