import { expect, it } from '@jest/globals'
import { enrolling, session, through } from './_flow.js'
import type { Enrolling, Flow } from './flow.js'
import { type FlowEvent, next } from './next.js'
import { restoredFlow, toSaved } from './saved.js'
import { codeInText, keyUri, needsSecondFactor } from './second-factor.js'

const PASSWORD = 'correct horse battery'
const CODES = ['aaaaa-aaaaa', 'bbbbb-bbbbb']
const WITHOUT_MAIL = { settings: { smtp_configured: false } }
const totp = (secret: string) =>
  ({ type: 'factor_offered', offer: { stage: 'offered', method: 'totp', secret } }) as const

/** Somebody on the sub-step; the instance cannot send mail, so there is one method only. */
function setUp(...events: readonly FlowEvent[]) {
  const needed = {
    type: 'second_factor_needed',
    session: session(WITHOUT_MAIL),
    password: PASSWORD,
  } as const
  return through(enrolling('password'), needed, ...events) as Enrolling
}

it('is needed where it is demanded or wanted, and until its recovery codes are saved', () => {
  const demanded = session({ settings: { mfa_required: true } })
  const finished = session({ mfa_finished: true })
  expect(needsSecondFactor(session(), {})).toBe(false)
  expect(needsSecondFactor(session(), { wantsSecondFactor: true })).toBe(true)
  expect(needsSecondFactor(demanded, {})).toBe(true)
  expect(needsSecondFactor(finished, {})).toBe(true)
  expect(needsSecondFactor(finished, { hasSavedCodes: true })).toBe(false)
})

it('keeps the password until the account is made, and no longer', () => {
  const flow = setUp(totp('SECRET'))
  expect(flow).toMatchObject({ page: 'second_factor', password: PASSWORD })
  const back = next(flow, { type: 'back' })
  expect(back).toMatchObject({ page: 'password', password: PASSWORD })
  const proved = next(flow, { type: 'factor_proved', recoveryCodes: CODES })
  const activated = next(proved, { type: 'activated' })
  expect(activated).toMatchObject({ page: 'vpn', password: undefined, secondFactor: undefined })
})

it('shows the recovery codes until they are saved, also after a look back', () => {
  const proved = setUp(totp('SECRET'), { type: 'factor_proved', recoveryCodes: CODES })
  expect(next(proved, { type: 'forward' })).toBe(proved)
  const again = through(
    proved,
    { type: 'back' },
    { type: 'second_factor_needed', session: proved.session, password: PASSWORD },
  )
  expect(again).toMatchObject({
    page: 'second_factor',
    secondFactor: { stage: 'proved', recoveryCodes: CODES },
  })
})

it('offers a choice of methods where mail can be sent, and remembers it', () => {
  const needed = { type: 'second_factor_needed', session: session(), password: PASSWORD } as const
  const choosing = next(enrolling('password'), needed)
  expect(choosing).toMatchObject({ page: 'choose_factor' })
  const chosen = next(choosing, { type: 'factor_chosen', method: 'email' })
  expect(chosen).toMatchObject({ page: 'second_factor', drafts: { factorMethod: 'email' } })
  expect(next(chosen, { type: 'back' })).toMatchObject({ page: 'choose_factor' })
  const later = through(chosen, { type: 'back' }, { type: 'back' }, needed)
  expect(later).toMatchObject({ page: 'second_factor', drafts: { factorMethod: 'email' } })
})

it('forgets what one method has begun when another is chosen', () => {
  const flow = next(setUp(totp('SECRET')), { type: 'factor_chosen', method: 'email' })
  expect(flow).toMatchObject({ secondFactor: undefined })
})

it('says so when too many wrong codes have ended a secret', () => {
  const flow = setUp(totp('SECRET'), totp('SECRET'))
  expect(flow.notice).toBeUndefined()
  expect(next(flow, totp('ANOTHER'))).toMatchObject({
    notice: 'secret_renewed',
    secondFactor: { secret: 'ANOTHER' },
  })
})

it('begins again when another tab has put a session without the factor in the place of this one', () => {
  const proved = setUp(
    totp('SECRET'),
    { type: 'factor_proved', recoveryCodes: CODES },
    { type: 'drafted', drafts: { hasSavedCodes: true } },
  )
  const flow = next(proved, {
    type: 'second_factor_needed',
    session: session(WITHOUT_MAIL),
    password: PASSWORD,
  })
  expect(flow).toMatchObject({
    page: 'second_factor',
    notice: 'factor_lost',
    secondFactor: undefined,
    drafts: { hasSavedCodes: false },
  })
})

it('returns to the password when core refuses it after the second factor', () => {
  const flow = next(setUp(), { type: 'password_refused', reason: 'password_common' })
  expect(flow).toMatchObject({ page: 'password', notice: 'password_common', password: PASSWORD })
})

it('asks for the password again after a reload, and for new recovery codes if they went with it', () => {
  const begun = setUp(totp('SECRET'), { type: 'factor_proved', recoveryCodes: CODES })
  const reloaded = (flow: Flow) =>
    next(restoredFlow(toSaved(flow), undefined), {
      type: 'resumed',
      session: session({ ...WITHOUT_MAIL, mfa_finished: true }),
    })
  const unsaved = reloaded(begun)
  expect(unsaved).toMatchObject({ page: 'second_factor', secondFactor: undefined })
  const saved = { type: 'drafted', drafts: { hasSavedCodes: true } } as const
  const asked = { page: 'password', password: undefined, notice: 'password_forgotten' }
  expect(reloaded(next(begun, saved))).toMatchObject(asked)
  const renewed = through(
    unsaved,
    totp('SECRET'),
    { type: 'factor_proved', recoveryCodes: CODES },
    saved,
  )
  expect(next(renewed, { type: 'forward' })).toMatchObject(asked)
})

it('does not come back to the sub-step once the account is made', () => {
  const flow = next(restoredFlow(toSaved(setUp()), undefined), {
    type: 'resumed',
    session: session({ user: { enrolled: true } }),
  })
  expect(flow).toMatchObject({ page: 'vpn' })
})

it('writes the key as authenticator apps read it', () => {
  expect(keyUri('JBSWY3DPEHPK3PXP', 'Räder: & Co', 'jo.doe')).toBe(
    'otpauth://totp/R%C3%A4der%20%20%26%20Co:jo.doe?secret=JBSWY3DPEHPK3PXP' +
      '&issuer=R%C3%A4der%20%20%26%20Co&algorithm=SHA1&digits=6&period=30',
  )
})

it('takes a code however it was copied', () => {
  for (const text of ['123456', ' 123 456\n', '123-456']) expect(codeInText(text)).toBe('123456')
  for (const text of ['', '12345', '1234567', '12345a']) expect(codeInText(text)).toBeUndefined()
})
