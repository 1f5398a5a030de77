import { expect, it } from '@jest/globals'
import {
  nextReset,
  openedReset,
  type PasswordReset,
  type PasswordResetEvent,
  restoredReset,
  toSavedReset,
} from './password-reset.js'

const TOKEN = 'dgr_tCL7q3jjBItB2mLT2aAC514GiOwkGQs02znOWo'
const INVITATION = 'dge_tCL7q3jjBItB2mLT2aAC514GiOwkGQs02E4Q2N'
const POLLING = 'dgp_TAovyIiz1zyKxwaYaQZNhwONgQ7viA66080dxV'
const ENDS_AT = 1_767_225_600_000
const CHOOSING = { phase: 'choosing', token: TOKEN, endsAt: ENDS_AT } as const
const EVENTS: readonly PasswordResetEvent[] = [
  { type: 'asked', email: 'jo@example.com' },
  { type: 'back' },
  { type: 'started', endsAt: ENDS_AT },
  { type: 'changed' },
  { type: 'time_up' },
  { type: 'refused', reason: 'session_over' },
]

function through(flow: PasswordReset, ...events: readonly PasswordResetEvent[]): PasswordReset {
  return events.reduce(nextReset, flow)
}

it('says after each request that a mail may be on its way, and lets the address be corrected', () => {
  const asked = nextReset(openedReset(undefined), { type: 'asked', email: 'jo@exmaple.com' })
  expect(asked).toEqual({ phase: 'asked', email: 'jo@exmaple.com' })
  expect(nextReset(asked, { type: 'back' })).toEqual({ phase: 'asking', email: 'jo@exmaple.com' })
})

it('leads from the mailed link to a new password', () => {
  const opened = openedReset(TOKEN)
  expect(opened).toEqual({ phase: 'link_opened', token: TOKEN })
  const choosing = nextReset(opened, { type: 'started', endsAt: ENDS_AT })
  expect(choosing).toEqual(CHOOSING)
  expect(nextReset(choosing, { type: 'changed' })).toEqual({ phase: 'changed' })
})

it('sees what a link is for without asking anybody', () => {
  expect(openedReset(INVITATION)).toEqual({ phase: 'invitation', token: INVITATION })
  expect(openedReset(POLLING)).toEqual({ phase: 'dead_end', reason: 'wrong_token_kind' })
  const mistyped = { phase: 'dead_end', reason: 'token_mistyped' }
  expect(openedReset(TOKEN.slice(0, -1))).toEqual(mistyped)
  expect(openedReset(TOKEN.replace('tCL7', 'tCI7'))).toEqual(mistyped)
})

it('leaves a text without one of our prefixes to core', () => {
  expect(openedReset('hello')).toEqual({ phase: 'link_opened', token: 'hello' })
})

it('ends at the deadline, and offers a new link from there', () => {
  const ended = nextReset(CHOOSING, { type: 'time_up' })
  expect(ended).toEqual({ phase: 'dead_end', reason: 'session_over' })
  expect(nextReset(ended, { type: 'new_link_wanted' })).toEqual(openedReset(undefined))
})

it('ends where core refuses the link, before and after the start', () => {
  for (const flow of [openedReset(TOKEN), CHOOSING]) {
    for (const reason of ['token_used', 'token_expired', 'user_disabled'] as const) {
      expect(nextReset(flow, { type: 'refused', reason })).toEqual({ phase: 'dead_end', reason })
    }
  }
})

it('takes nothing back once the password is changed', () => {
  expect(through({ phase: 'changed' }, ...EVENTS)).toEqual({ phase: 'changed' })
})

it('takes another link in place of whatever was there, and goes on with the same', () => {
  const other = TOKEN.toUpperCase()
  expect(nextReset(CHOOSING, { type: 'token_given', token: other })).toEqual(openedReset(other))
  expect(nextReset(CHOOSING, { type: 'token_given', token: TOKEN })).toBe(CHOOSING)
})

it('comes back after a reload to the link, or to the password while there is time', () => {
  const opened = openedReset(TOKEN)
  expect(restoredReset(toSavedReset(opened), undefined, 0)).toEqual(opened)
  expect(restoredReset(toSavedReset(CHOOSING), undefined, ENDS_AT - 1)).toEqual(CHOOSING)
  expect(restoredReset(toSavedReset(CHOOSING), TOKEN, ENDS_AT - 1)).toEqual(CHOOSING)
  const ended = { phase: 'dead_end', reason: 'session_over' }
  expect(restoredReset(toSavedReset(CHOOSING), undefined, ENDS_AT)).toEqual(ended)
})

it('begins anew with another link, and with what it cannot read', () => {
  const other = openedReset(INVITATION)
  expect(restoredReset(toSavedReset(CHOOSING), INVITATION, 0)).toEqual(other)
  expect(restoredReset('{', undefined, 0)).toEqual(openedReset(undefined))
})

it('keeps nothing of a link that is used or dead, and no address', () => {
  const reached = [openedReset(undefined), openedReset(TOKEN), CHOOSING].flatMap((flow) =>
    EVENTS.map((event) => nextReset(flow, event)),
  )
  const keeping = reached.filter((flow) => toSavedReset(flow) !== undefined)
  expect(new Set(keeping.map(({ phase }) => phase))).toEqual(new Set(['link_opened', 'choosing']))
})
