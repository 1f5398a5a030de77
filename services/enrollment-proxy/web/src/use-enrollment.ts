import { type Dispatch, useEffect, useReducer, useRef } from 'react'
import { activateUser, createDevice, getOwnSession, startEnrollment } from './api/enrollment.js'
import type { Refusal } from './api/request.js'
import { type Calls, type Hold, useCalls } from './api/use-calls.js'
import { enrollmentMemory } from './browser/memory.js'
import { useDeadline } from './browser/use-deadline.js'
import { useLinkOpenedAgain } from './browser/use-link-opened-again.js'
import type { WireguardKeys } from './crypto/wireguard-keys.js'
import type { Flow, How } from './flow/flow.js'
import { type FlowEvent, next } from './flow/next.js'
import { isPasswordRefusal } from './flow/password.js'
import { toSaved } from './flow/saved.js'
import { needsSecondFactor } from './flow/second-factor.js'
import { useAppWatch } from './use-app-watch.js'
import { useCompanyWords } from './use-company-words.js'
import { type Help, useHelp } from './use-help.js'
import { type Run, useRun } from './use-run.js'
import { type SecondFactorCalls, useSecondFactor } from './use-second-factor.js'

export interface NewDevice {
  readonly name: string
  readonly publicKey: string
  readonly privateKey: string | undefined
}

/** The flow with everything that can be done to it. The calls resolve to what a screen must show. */
export interface Enrollment extends Help, SecondFactorCalls, Pick<Calls, 'tryNow' | 'release'> {
  readonly flow: Flow
  readonly hold: Hold | undefined
  /** Nobody answers the page that waits for the app. */
  readonly isCutOff: boolean
  readonly dispatch: Dispatch<FlowEvent>
  readonly begin: (how?: How) => Promise<Refusal | undefined>
  readonly activate: (password: string) => Promise<Refusal | undefined>
  readonly addDevice: (device: NewDevice) => Promise<Refusal | undefined>
  /**
   * The pair of a device whose answer may have been lost: the next try uses it again, so that it
   * ends in one device.
   */
  readonly unusedKeys: { current: WireguardKeys | undefined }
}

export function useEnrollment(opened: Flow): Enrollment {
  const [flow, dispatch] = useReducer(next, opened)
  const calls = useCalls()
  const { attempt, giveUp } = calls
  const unusedKeys = useRef<WireguardKeys>(undefined)

  const run = useRun(attempt, dispatch)
  const help = useHelp(flow, dispatch, run)
  const secondFactor = useSecondFactor(flow, dispatch, run)

  const begin = async (how?: How) => {
    if (flow.phase !== 'invited' || flow.token === undefined) return undefined
    const { token } = flow
    return run(
      () => startEnrollment(token),
      (session) => {
        if (how) dispatch({ type: 'how_chosen', how })
        dispatch({ type: 'started', session })
      },
    )
  }

  const activate = async (password: string) => {
    if (flow.phase !== 'enrolling') return undefined
    const { token, session, drafts, page } = flow
    const refusal = await run(
      async () => {
        const current = await getOwnSession(token, session.user.login)
        if (!current.user.enrolled && needsSecondFactor(current, drafts)) return current
        await activateUser(password, drafts.phone)
        return undefined
      },
      (unready) => {
        if (unready) dispatch({ type: 'second_factor_needed', session: unready, password })
        else dispatch({ type: 'activated' })
      },
    )
    const reason = refusal?.reason
    if (reason === 'already_enrolled') dispatch({ type: 'already_activated' })
    else if (reason === 'invalid_phone') dispatch({ type: 'phone_refused' })
    else if (isPasswordRefusal(reason) && page !== 'password') {
      dispatch({ type: 'password_refused', reason })
    } else return refusal
    return undefined
  }

  const addDevice = async ({ name, publicKey, privateKey }: NewDevice) => {
    if (flow.phase !== 'enrolling') return undefined
    const { token, session } = flow
    return run(
      async () => {
        await getOwnSession(token, session.user.login)
        return createDevice(name, publicKey)
      },
      ({ device, configs }) => {
        unusedKeys.current = undefined
        dispatch({ type: 'device_added', device: { name: device.name, configs, privateKey } })
      },
    )
  }

  const endsAt = flow.phase === 'enrolling' ? flow.session.endsAt : undefined
  useEffect(() => enrollmentMemory.keep(toSaved(flow)), [flow])
  useLinkOpenedAgain((token) => dispatch({ type: 'token_given', token }))
  useResumption(flow, dispatch, run)
  useDeadline(endsAt, () => dispatch({ type: 'time_up' }))
  const isCutOff = useAppWatch(flow, dispatch)
  useCompanyWords(flow, dispatch)

  const hasEnded = flow.phase === 'dead_end' || flow.phase === 'finished'
  useEffect(() => {
    if (hasEnded) giveUp()
  }, [hasEnded, giveUp])

  const { hold, tryNow, release } = calls
  const steps = { begin, activate, addDevice, unusedKeys }
  return { flow, hold, isCutOff, dispatch, tryNow, release, ...steps, ...help, ...secondFactor }
}

/** After a reload: the step comes back with what core says now. */
function useResumption(flow: Flow, dispatch: Dispatch<FlowEvent>, run: Run): void {
  const initial = useRef(flow)
  useEffect(() => {
    const begun = initial.current
    if (begun.phase === 'resuming') {
      const { token, login } = begun.saved
      void run(
        () => getOwnSession(token, login),
        (session) => dispatch({ type: 'resumed', session }),
      ).then((refusal) => {
        if (refusal) dispatch({ type: 'resume_failed' })
      })
    }
    if (begun.phase === 'finished') {
      // The last page can be read without a session; with one, the person can still add a device.
      getOwnSession(undefined, begun.farewell.login).then(
        (session) => dispatch({ type: 'resumed', session }),
        () => undefined,
      )
    }
  }, [dispatch, run])
}
