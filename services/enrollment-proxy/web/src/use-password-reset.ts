import { type Dispatch, useEffect, useReducer } from 'react'
import { requestPasswordReset, resetPassword, startPasswordReset } from './api/password-reset.js'
import type { Refusal } from './api/request.js'
import { type Calls, type Hold, useCalls } from './api/use-calls.js'
import { passwordResetMemory } from './browser/memory.js'
import { useDeadline } from './browser/use-deadline.js'
import { useLinkOpenedAgain } from './browser/use-link-opened-again.js'
import {
  nextReset,
  type PasswordReset,
  type PasswordResetEvent,
  toSavedReset,
} from './flow/password-reset.js'
import { useRun } from './use-run.js'

/** The flow with everything that can be done to it. The calls resolve to what a screen must show. */
export interface PasswordResetting extends Pick<Calls, 'tryNow' | 'release'> {
  readonly flow: PasswordReset
  readonly hold: Hold | undefined
  readonly dispatch: Dispatch<PasswordResetEvent>
  readonly ask: (email: string) => Promise<Refusal | undefined>
  readonly begin: () => Promise<Refusal | undefined>
  readonly change: (password: string) => Promise<Refusal | undefined>
}

export function usePasswordReset(opened: PasswordReset): PasswordResetting {
  const [flow, dispatch] = useReducer(nextReset, opened)
  const { attempt, hold, tryNow, release, giveUp } = useCalls()
  const run = useRun(attempt, dispatch)

  const ask = (email: string) =>
    run(
      () => requestPasswordReset(email),
      () => dispatch({ type: 'asked', email }),
    )

  const begin = async () => {
    if (flow.phase !== 'link_opened') return undefined
    const { token } = flow
    return run(
      () => startPasswordReset(token),
      (endsAt) => dispatch({ type: 'started', endsAt }),
    )
  }

  const change = async (password: string) => {
    if (flow.phase !== 'choosing') return undefined
    const { token } = flow
    let isOurs = false
    return run(
      async () => {
        // The browser has one cookie for all tabs, so another person's link may have replaced ours.
        // Once only: if the answer below is lost, the link is used and only this session may repeat.
        if (!isOurs) await startPasswordReset(token)
        isOurs = true
        await resetPassword(password)
      },
      () => dispatch({ type: 'changed' }),
    )
  }

  const endsAt = flow.phase === 'choosing' ? flow.endsAt : undefined
  useEffect(() => passwordResetMemory.keep(toSavedReset(flow)), [flow])
  useLinkOpenedAgain((token) => dispatch({ type: 'token_given', token }))
  useDeadline(endsAt, () => dispatch({ type: 'time_up' }))

  const hasEnded = flow.phase === 'dead_end'
  useEffect(() => {
    if (hasEnded) giveUp()
  }, [hasEnded, giveUp])

  return { flow, hold, dispatch, ask, begin, change, tryNow, release }
}
