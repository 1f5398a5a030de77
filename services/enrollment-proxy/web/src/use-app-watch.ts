import { type Dispatch, useEffect, useState } from 'react'
import { getOwnSession } from './api/enrollment.js'
import { Refusal, Unreachable } from './api/request.js'
import { deadEndOf } from './flow/dead-end.js'
import type { Flow } from './flow/flow.js'
import type { FlowEvent } from './flow/next.js'

const INTERVAL_MS = 5_000
/** A hidden page hurries nobody, but must know before the deadline whether the app is done. */
const HIDDEN_INTERVAL_MS = 30_000

/**
 * While the person is busy in the app, asks now and then whether it is done.
 * @returns whether nobody answers at the moment
 */
export function useAppWatch(flow: Flow, dispatch: Dispatch<FlowEvent>): boolean {
  const [isCutOff, setCutOff] = useState(false)
  const watched = flow.phase === 'enrolling' && flow.page === 'app' ? flow : undefined
  const isWatching = watched !== undefined
  const token = watched?.token
  const login = watched?.session.user.login ?? ''

  useEffect(() => {
    if (!isWatching) return
    let lookedAt = Date.now()
    let isLooking = false
    const look = async () => {
      if (isLooking) return
      isLooking = true
      lookedAt = Date.now()
      try {
        dispatch({ type: 'session_seen', session: await getOwnSession(token, login) })
        setCutOff(false)
      } catch (error) {
        // The next look comes by itself.
        setCutOff(error instanceof Unreachable)
        const reason = error instanceof Refusal ? deadEndOf(error.reason) : undefined
        if (reason) dispatch({ type: 'refused', reason })
      } finally {
        isLooking = false
      }
    }
    const isDue = () =>
      document.visibilityState === 'visible' || Date.now() - lookedAt >= HIDDEN_INTERVAL_MS
    const timer = setInterval(() => isDue() && void look(), INTERVAL_MS)
    const onVisible = () => document.visibilityState === 'visible' && void look()
    document.addEventListener('visibilitychange', onVisible)
    return () => {
      clearInterval(timer)
      document.removeEventListener('visibilitychange', onVisible)
    }
  }, [isWatching, token, login, dispatch])
  return isCutOff
}
