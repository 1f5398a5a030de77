import { expect, it } from '@jest/globals'
import { freeDeviceName, isDeviceName } from './device-name.js'
import { isEmail } from './email.js'
import { lengthOfNote } from './note.js'
import { isPhoneNumber } from './phone.js'

it('takes the phone numbers that core takes', () => {
  for (const phone of ['', '+48123456789012', '+1 (202) 555-0173', ' 22/333.44 ']) {
    expect(isPhoneNumber(phone)).toBe(true)
  }
  for (const phone of ['abc', '+', '4*4', '1'.repeat(65)]) expect(isPhoneNumber(phone)).toBe(false)
})

it('takes the device names that core takes, and suggests one that is free', () => {
  expect(isDeviceName('Jo’s 💻')).toBe(true)
  expect(isDeviceName('💻'.repeat(100))).toBe(true)
  for (const name of ['', '   ', '💻'.repeat(101), 'a\u0007b'])
    expect(isDeviceName(name)).toBe(false)
  expect(freeDeviceName('Jo’s Mac', ['jo’s mac', 'Jo’s Mac 2'])).toBe('Jo’s Mac 3')
})

it('takes anything that could be an e-mail address', () => {
  for (const email of ['jo@example.com', ' Jo.Doe+x@localhost ', 'ünï@exämple.org']) {
    expect(isEmail(email)).toBe(true)
  }
  for (const email of ['', 'jo', '@', 'jo@', 'a b@example.com', `${'a'.repeat(250)}@b.cd`]) {
    expect(isEmail(email)).toBe(false)
  }
})

it('counts a note as core does', () => {
  expect(lengthOfNote('  It is Jo \u{1F600}.\n')).toBe(11)
  expect(lengthOfNote(' \n ')).toBe(0)
})
