import { useEffect, useState } from 'react'
import { secondsLeft, warningAt } from '../flow/time-left.js'
import { formatClock } from '../i18n/format.js'
import { useText } from '../i18n/text.js'
import { Icon } from './icon.js'

/** Runs down to `endsAt` (ms). Screen readers hear of it at two minutes and at thirty seconds only. */
export function Clock({ endsAt }: { endsAt: number }) {
  const text = useText()
  const seconds = useSecondsUntil(endsAt)
  const warning = warningAt(seconds)
  const said = useValueAtChange(seconds, warning)
  return (
    <div className={`clock ${warning ? `clock-${warning}` : ''}`}>
      <Icon name="clock" />
      <div>
        <p className="clock-label">{text.common.timeLeft}</p>
        <p className="clock-time" role="timer">
          <span className="clock-long">{text.common.duration(seconds)}</span>
          <span className="clock-short" aria-hidden="true">
            {formatClock(seconds)}
          </span>
        </p>
      </div>
      <span className="visually-hidden" role="status">
        {warning && text.common.timeWarning(said)}
      </span>
    </div>
  )
}

/** Whole seconds until `endsAt`, counted down live. */
export function useSecondsUntil(endsAt: number): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 250)
    return () => clearInterval(timer)
  }, [])
  return secondsLeft(endsAt, now)
}

/** What the value was when the other one changed last. */
function useValueAtChange<T>(value: T, other: unknown): T {
  const [kept, setKept] = useState({ value, other })
  if (kept.other === other) return kept.value
  setKept({ value, other })
  return value
}
