import { useCallback, useRef, useState } from 'react'

/** Runs one task at a time: a second click while the first is under way does nothing. */
export function usePending(): readonly [boolean, (task: () => Promise<void>) => Promise<void>] {
  const isRunning = useRef(false)
  const [isPending, setPending] = useState(false)
  const run = useCallback(async (task: () => Promise<void>) => {
    if (isRunning.current) return
    isRunning.current = true
    setPending(true)
    try {
      await task()
    } finally {
      isRunning.current = false
      setPending(false)
    }
  }, [])
  return [isPending, run]
}
