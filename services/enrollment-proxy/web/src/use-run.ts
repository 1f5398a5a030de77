import { type Dispatch, useCallback } from 'react'
import type { Refusal } from './api/request.js'
import type { Calls } from './api/use-calls.js'
import { deadEndOf } from './flow/dead-end.js'
import type { DeadEndReason } from './flow/flow.js'

/** Resolves to a refusal that the screen must show. */
export type Run = <T>(
  call: () => Promise<T>,
  then: (value: T) => void,
) => Promise<Refusal | undefined>

/** Runs a call; a refusal after which nothing goes on leads to its page, any other is returned. */
export function useRun(
  attempt: Calls['attempt'],
  dispatch: Dispatch<{ readonly type: 'refused'; readonly reason: DeadEndReason }>,
): Run {
  return useCallback(
    async (call, then) => {
      const outcome = await attempt(call)
      if (outcome.kind === 'done') then(outcome.value)
      if (outcome.kind !== 'refused') return undefined
      const reason = deadEndOf(outcome.refusal.reason)
      if (!reason) return outcome.refusal
      dispatch({ type: 'refused', reason })
      return undefined
    },
    [attempt, dispatch],
  )
}
