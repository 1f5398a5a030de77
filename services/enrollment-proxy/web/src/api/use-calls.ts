import { useCallback, useEffect, useRef, useState } from 'react'
import { persistently } from './persistently.js'
import { Refusal, Unreachable } from './request.js'

/** Why the page waits: it keeps trying by itself, or it must not try before `until` (ms). */
export type Hold =
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'rate_limited'; readonly until: number }

export type Outcome<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** Nothing to show here: given up, held, or another call is under way. */
  | { readonly kind: 'none' }

export interface Calls {
  readonly hold: Hold | undefined
  /** One call at a time: a second click while one is under way does nothing. */
  readonly attempt: <T>(call: () => Promise<T>) => Promise<Outcome<T>>
  readonly tryNow: () => void
  readonly release: () => void
  /** Forgets a call that is under way: what comes of it matters no more. */
  readonly giveUp: () => void
}

export function useCalls(): Calls {
  const [hold, setHold] = useState<Hold>()
  const underWay = useRef<symbol>(undefined)
  const resume = useRef<(mayGoOn: boolean) => void>(undefined)

  const tryNow = useCallback(() => resume.current?.(true), [])
  const giveUp = useCallback(() => {
    underWay.current = undefined
    resume.current?.(false)
    setHold(undefined)
  }, [])
  const release = useCallback(() => setHold(undefined), [])

  useEffect(() => {
    addEventListener('online', tryNow)
    return () => removeEventListener('online', tryNow)
  }, [tryNow])

  const attempt = useCallback(async <T>(call: () => Promise<T>): Promise<Outcome<T>> => {
    if (underWay.current) return { kind: 'none' }
    const own = Symbol('call')
    underWay.current = own
    const isOver = () => underWay.current !== own
    try {
      const value = await persistently(call, ({ ms, isWorthTelling }) => {
        if (isOver()) return Promise.resolve(false)
        if (isWorthTelling) setHold({ kind: 'unreachable' })
        return new Promise((resolve) => {
          const timer = setTimeout(() => resolve(true), ms)
          resume.current = (mayGoOn) => {
            clearTimeout(timer)
            resolve(mayGoOn)
          }
        })
      })
      if (isOver()) return { kind: 'none' }
      setHold(undefined)
      return { kind: 'done', value }
    } catch (error) {
      if (isOver()) return { kind: 'none' }
      setHold(undefined)
      if (error instanceof Unreachable) return { kind: 'none' }
      if (!(error instanceof Refusal)) throw error
      if (error.reason !== 'rate_limited') return { kind: 'refused', refusal: error }
      setHold({ kind: 'rate_limited', until: Date.now() + error.retryAfterMs })
      return { kind: 'none' }
    } finally {
      if (!isOver()) {
        underWay.current = undefined
        resume.current = undefined
      }
    }
  }, [])

  return { hold, attempt, tryNow, release, giveUp }
}
