import { expect, it } from '@jest/globals'
import { TOKENS } from './_flow.js'
import { next } from './next.js'
import { invited, openedLink } from './opened-link.js'
import { restoredFlow, toSaved } from './saved.js'

it('shows the invitation for links that enroll or add a device, and for what only core knows', () => {
  const { enrollment, desktopActivation } = TOKENS
  for (const token of [enrollment, desktopActivation, 'dge_mistyped', 'unknown', undefined]) {
    expect(openedLink(token)).toEqual(invited(token))
  }
})

it('says what a link is for that does not enroll anybody', () => {
  for (const [token, purpose] of [
    [TOKENS.passwordReset, 'password_reset'],
    [TOKENS.networkDevice, 'network_device'],
  ] as const) {
    const flow = { phase: 'other_link', purpose, token }
    expect(openedLink(token)).toEqual(flow)
    expect(restoredFlow(undefined, token)).toEqual(flow)
    expect(next(invited(undefined), { type: 'token_given', token })).toEqual(flow)
    expect(next(openedLink(token), { type: 'other_token' })).toEqual(invited(undefined))
    expect(toSaved(openedLink(token))).toBeUndefined()
  }
})

it('stops with a token that opens nothing', () => {
  expect(openedLink(TOKENS.polling)).toMatchObject({ reason: 'wrong_token_kind' })
})
