import { expect, it } from '@jest/globals'
import { enrolling, reply, session, TOKENS } from './_flow.js'
import { canAskForLink, deadEnd } from './dead-end.js'
import type { AddedDevice, DeadEnd, DeadEndReason } from './flow.js'
import { next } from './next.js'
import { invited } from './opened-link.js'

const ENROLLED = session({ user: { enrolled: true } })
const CONFIG = { network_id: 1, network_name: 'Office', config: 'CONFIG' } as never
const DEVICE: AddedDevice = { name: 'Laptop', configs: [CONFIG], privateKey: 'private' }

it('shows the time-is-up page at the deadline, with the admin to ask', () => {
  const pages = ['choose', 'app', 'welcome', 'data', 'password', 'choose_factor'] as const
  for (const page of [...pages, 'second_factor', 'vpn'] as const) {
    expect(next(enrolling(page), { type: 'time_up' })).toEqual({
      phase: 'dead_end',
      reason: 'session_over',
      token: 'dge_example',
      admin: reply().admin,
      farewell: undefined,
      hasAskedForLink: false,
    })
  }
})

it('tells somebody who has an account that it is ready when the time is up', () => {
  const flow = next(enrolling('vpn', ENROLLED), { type: 'time_up' })
  expect(flow).toMatchObject({ reason: 'session_over', farewell: { login: 'jdoe' } })
  expect(canAskForLink(flow as DeadEnd)).toBe(false)
  expect(next(flow, { type: 'forward' })).toEqual({
    phase: 'finished',
    farewell: (flow as DeadEnd).farewell,
  })
})

it('leaves the last page readable after the deadline', () => {
  const flow = next(enrolling('finish'), { type: 'time_up' })
  expect(flow).toMatchObject({ phase: 'finished', farewell: { message: '# Welcome' } })
  expect(next(flow, { type: 'refused', reason: 'session_over' })).toBe(flow)
})

it('ends well for whoever is done in the app when the time is up', () => {
  expect(next(enrolling('app', ENROLLED), { type: 'time_up' })).toMatchObject({
    phase: 'finished',
    farewell: { firstName: 'Jo' },
  })
})

it('does not take away a configuration that exists only in the page', () => {
  const flow = { ...enrolling('vpn', ENROLLED), device: DEVICE }
  const over = next(flow, { type: 'time_up' })
  expect(over).toMatchObject({ phase: 'finished', device: DEVICE })
  const left = next(over, { type: 'forward' })
  expect(left).toMatchObject({ phase: 'finished', farewell: { deviceName: 'Laptop' } })
  expect(JSON.stringify(left)).not.toContain('private')
})

it('keeps nothing of a device without a location when the time is up', () => {
  const flow = { ...enrolling('vpn', ENROLLED), device: { ...DEVICE, configs: [] } }
  expect(next(flow, { type: 'time_up' })).toMatchObject({ phase: 'dead_end' })
})

it.each<[DeadEndReason, boolean]>([
  ['token_used', true],
  ['token_expired', true],
  ['token_revoked', true],
  ['session_over', true],
  ['token_unknown', false],
  ['wrong_token_kind', false],
  ['user_disabled', false],
])('at %s lets the person ask for a new link: %s', (reason, expected) => {
  const flow = next(invited(TOKENS.enrollment), { type: 'refused', reason }) as DeadEnd
  expect(canAskForLink(flow)).toBe(expected)
})

it('lets somebody with an account ask for another link only to add a device', () => {
  const { farewell } = next(enrolling('vpn', ENROLLED), { type: 'time_up' }) as DeadEnd
  for (const [token, expected] of [
    [TOKENS.enrollment, false],
    [TOKENS.desktopActivation, true],
    [undefined, false],
  ] as const) {
    expect(canAskForLink(deadEnd('session_over', token, { farewell }))).toBe(expected)
  }
})

it('remembers that a new link was asked for', () => {
  const flow = next(invited(TOKENS.enrollment), { type: 'refused', reason: 'token_expired' })
  expect(next(flow, { type: 'link_asked_for' })).toMatchObject({ hasAskedForLink: true })
})

it('lets somebody try again whose account was switched off', () => {
  const flow = next(invited(TOKENS.enrollment), { type: 'refused', reason: 'user_disabled' })
  expect(next(flow, { type: 'again' })).toEqual(invited(TOKENS.enrollment))
})

it('takes another token, or the same link opened once more, at a dead end', () => {
  const flow = next(invited(TOKENS.enrollment), { type: 'refused', reason: 'token_unknown' })
  expect(next(flow, { type: 'other_token' })).toEqual(invited(undefined))
  const opened = { type: 'token_given', token: TOKENS.enrollment } as const
  expect(next(flow, opened)).toEqual(invited(TOKENS.enrollment))
})
