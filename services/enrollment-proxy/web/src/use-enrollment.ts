import { type Dispatch, useEffect, useReducer, useRef } from 'react'
import {
  activateUser,
  createDevice,
  getOwnSession,
  getSession,
  startEnrollment,
} from './api/enrollment.js'
import type { Refusal } from './api/request.js'
import { type Calls, type Hold, useCalls } from './api/use-calls.js'
import { enrollmentMemory } from './browser/memory.js'
import { useDeadline } from './browser/use-deadline.js'
import { useLinkOpenedAgain } from './browser/use-link-opened-again.js'
import type { WireguardKeys } from './crypto/wireguard-keys.js'
import type { Flow, How } from './flow/flow.js'
import { type FlowEvent, next } from './flow/next.js'
import { toSaved } from './flow/saved.js'
import { useCompanyWords } from './use-company-words.js'
import { type Run, useRun } from './use-run.js'

const WATCH_INTERVAL_MS = 5_000

export interface NewDevice {
  readonly name: string
  readonly publicKey: string
  readonly privateKey: string | undefined
}

/** The flow with everything that can be done to it. The calls resolve to what a screen must show. */
export interface Enrollment extends Pick<Calls, 'tryNow' | 'release'> {
  readonly flow: Flow
  readonly hold: Hold | undefined
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
    const { token, session, drafts } = flow
    const refusal = await run(
      async () => {
        await getOwnSession(token, session.user.login)
        await activateUser(password, drafts.phone)
      },
      () => dispatch({ type: 'activated' }),
    )
    if (refusal?.reason === 'already_enrolled') dispatch({ type: 'already_activated' })
    else if (refusal?.reason === 'invalid_phone') dispatch({ type: 'phone_refused' })
    else return refusal
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
  useAppWatch(flow, dispatch)
  useCompanyWords(flow, dispatch)

  const hasEnded = flow.phase === 'dead_end' || flow.phase === 'finished'
  useEffect(() => {
    if (hasEnded) giveUp()
  }, [hasEnded, giveUp])

  const { hold, tryNow, release } = calls
  return { flow, hold, dispatch, begin, activate, addDevice, unusedKeys, tryNow, release }
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

/** While the person is busy in the app, asks now and then whether it is done. */
function useAppWatch(flow: Flow, dispatch: Dispatch<FlowEvent>): void {
  const isWatching = flow.phase === 'enrolling' && flow.page === 'app'
  const login = flow.phase === 'enrolling' ? flow.session.user.login : undefined
  useEffect(() => {
    if (!isWatching) return
    const look = async () => {
      if (document.visibilityState === 'hidden') return
      // A failed look means nothing: the next one comes, and the deadline is kept by the clock.
      const session = await getSession().catch(() => undefined)
      if (session && session.user.login === login) dispatch({ type: 'session_seen', session })
    }
    const timer = setInterval(look, WATCH_INTERVAL_MS)
    document.addEventListener('visibilitychange', look)
    return () => {
      clearInterval(timer)
      document.removeEventListener('visibilitychange', look)
    }
  }, [isWatching, login, dispatch])
}
