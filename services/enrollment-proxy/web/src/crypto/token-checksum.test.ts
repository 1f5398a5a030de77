import { expect, it } from '@jest/globals'
import { judgeToken } from './token-checksum.js'

const TOKEN = 'dge_tCL7q3jjBItB2mLT2aAC514GiOwkGQs02E4Q2N'

it('accepts the token that the API description gives as an example', () => {
  expect(judgeToken(TOKEN)).toBe('enrollment')
})

it('notices every single changed character', () => {
  const changed = [...TOKEN].map((character, at) => {
    const other = character === 'x' ? 'y' : 'x'
    return TOKEN.slice(0, at) + other + TOKEN.slice(at + 1)
  })
  expect(changed.filter((token) => judgeToken(token) === 'enrollment')).toEqual([])
})

it('notices a missing and an additional character', () => {
  expect(judgeToken(TOKEN.slice(0, -1))).toBe('mistyped')
  expect(judgeToken(`${TOKEN}0`)).toBe('mistyped')
})

it('tells a polling token from one that starts an enrollment', () => {
  expect(judgeToken('dgp_TAovyIiz1zyKxwaYaQZNhwONgQ7viA66080dxV')).toBe('other_kind')
})

it('tells a link that adds a device, and one for a device without a person, from an invitation', () => {
  expect(judgeToken('dgd_tCL7q3jjBItB2mLT2aAC514GiOwkGQs01hhXpt')).toBe('desktop_activation')
  expect(judgeToken('dgn_tCL7q3jjBItB2mLT2aAC514GiOwkGQs04JO3ii')).toBe('network_device')
})

it('tells a link for a new password from an invitation', () => {
  expect(judgeToken('dgr_tCL7q3jjBItB2mLT2aAC514GiOwkGQs02znOWo')).toBe('password_reset')
})

it('calls a text without one of our prefixes foreign', () => {
  expect(judgeToken('')).toBe('foreign')
  expect(judgeToken('hello')).toBe('foreign')
})
