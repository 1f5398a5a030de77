import { expect, it } from '@jest/globals'
import { Memory } from './memory.js'

it('forgets, and does nothing worse, where a browser forbids storage', () => {
  const forbidden = new Memory('name', () => {
    throw new Error('SecurityError')
  })
  forbidden.keep('text')
  expect(forbidden.read()).toBeUndefined()
  const full = new Memory('name', () => {
    const refuse = () => {
      throw new Error('QuotaExceededError')
    }
    return { getItem: () => null, setItem: refuse, removeItem: refuse } as unknown as Storage
  })
  full.keep('text')
  full.keep(undefined)
  expect(full.read()).toBeUndefined()
})
