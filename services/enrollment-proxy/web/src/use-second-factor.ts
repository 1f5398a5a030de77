import type { Dispatch } from 'react'
import { getOwnSession } from './api/enrollment.js'
import { Refusal } from './api/request.js'
import { finishFactor, startFactor } from './api/second-factor.js'
import type { FactorMethod, Flow } from './flow/flow.js'
import type { FlowEvent } from './flow/next.js'
import type { Run } from './use-run.js'

export interface SecondFactorCalls {
  /** Asks for a secret, or for a code by mail. */
  readonly beginFactor: (method: FactorMethod) => Promise<Refusal | undefined>
  readonly proveFactor: (method: FactorMethod, code: string) => Promise<Refusal | undefined>
}

export function useSecondFactor(
  flow: Flow,
  dispatch: Dispatch<FlowEvent>,
  run: Run,
): SecondFactorCalls {
  const beginFactor = async (method: FactorMethod) => {
    if (flow.phase !== 'enrolling') return undefined
    const { token, session } = flow
    const refusal = await run(
      async () => {
        const current = await getOwnSession(token, session.user.login)
        return { current, offer: await startFactor(method) }
      },
      ({ current, offer }) => {
        dispatch({ type: 'session_seen', session: current })
        dispatch({ type: 'factor_offered', offer })
      },
    )
    return shown(refusal)
  }

  const proveFactor = async (method: FactorMethod, code: string) => {
    if (flow.phase !== 'enrolling') return undefined
    const { token, session } = flow
    let wrong: Refusal | undefined
    const refusal = await run(
      async () => {
        await getOwnSession(token, session.user.login)
        try {
          const recoveryCodes = await finishFactor(method, code)
          return () => dispatch({ type: 'factor_proved', recoveryCodes })
        } catch (error) {
          if (!(error instanceof Refusal) || error.reason !== 'mfa_code') throw error
          wrong = error
          // The fifth wrong code ends a secret; a right one whose answer was lost is refused, too.
          const offer = method === 'totp' ? await startFactor(method) : undefined
          const current = await getOwnSession(token, session.user.login)
          if (current.mfa_finished && !session.mfa_finished) wrong = undefined
          return () => {
            dispatch({ type: 'session_seen', session: current })
            if (offer) dispatch({ type: 'factor_offered', offer })
          }
        }
      },
      (tell) => tell(),
    )
    return shown(refusal ?? wrong)
  }

  const shown = (refusal: Refusal | undefined) => {
    if (refusal?.reason === 'already_enrolled') dispatch({ type: 'already_activated' })
    // Mail was switched off meanwhile.
    else if (refusal?.reason === 'mfa_method') dispatch({ type: 'factor_chosen', method: 'totp' })
    else return refusal
    return undefined
  }

  return { beginFactor, proveFactor }
}
