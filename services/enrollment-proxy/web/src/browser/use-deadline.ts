import { useEffect, useRef } from 'react'

const CLOCK_INTERVAL_MS = 500

/** Tells when the clock of this browser has come to `endsAt` (ms); undefined while no clock runs. */
export function useDeadline(endsAt: number | undefined, onTimeUp: () => void): void {
  const latest = useRef(onTimeUp)
  useEffect(() => {
    latest.current = onTimeUp
  })

  useEffect(() => {
    if (endsAt === undefined) return
    // Looks at the clock again and again, because a timer stands still while a laptop sleeps.
    const timer = setInterval(() => {
      if (Date.now() >= endsAt) latest.current()
    }, CLOCK_INTERVAL_MS)
    return () => clearInterval(timer)
  }, [endsAt])
}
