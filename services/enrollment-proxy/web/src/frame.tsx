import { type ReactNode, Suspense, useEffect, useMemo, useRef } from 'react'
import type { InstanceReply } from '../../src/http/contract.js'
import type { Hold } from './api/use-calls.js'
import { FailureBoundary } from './components/failure-boundary.js'
import { Layout } from './components/layout.js'
import { Loading } from './components/loading.js'
import { PageContext } from './components/page-context.js'
import type { Enrolling } from './flow/flow.js'
import { Broken } from './screens/broken.js'
import { TooManyAttempts } from './screens/too-many-attempts.js'
import { Unreachable } from './screens/unreachable.js'

interface FrameProps {
  readonly instance: InstanceReply | undefined
  /** What the page is for. */
  readonly what: string
  readonly flow?: Enrolling | undefined
  readonly hold: Hold | undefined
  readonly onTryNow: () => void
  readonly onLeaveHold: () => void
  /** The screen where the person stands. */
  readonly children: ReactNode
}

/** What surrounds every screen, and what covers it while the page has to wait. */
export function Frame({ instance, what, flow, hold, onTryNow, onLeaveHold, children }: FrameProps) {
  const hasArrived = useRef(false)
  const instanceName = flow?.session.instance.name ?? instance?.name

  const screen = useRef<HTMLDivElement>(null)
  const wasHeld = useRef(false)
  const isHeld = hold !== undefined
  const surroundings = useMemo(
    () => ({ instanceName, hasArrived, isCovered: false }),
    [instanceName],
  )
  const covered = useMemo(() => ({ ...surroundings, isCovered: isHeld }), [surroundings, isHeld])
  useEffect(() => {
    if (wasHeld.current && !isHeld) screen.current?.querySelector('h1')?.focus()
    wasHeld.current = isHeld
  }, [isHeld])

  return (
    <PageContext value={surroundings}>
      <Layout instance={instance} what={what} flow={flow}>
        {hold?.kind === 'unreachable' && <Unreachable onTryNow={onTryNow} />}
        {hold?.kind === 'rate_limited' && (
          <TooManyAttempts until={hold.until} onBack={onLeaveHold} />
        )}
        {/* Hidden, not gone: what was typed stays. */}
        <div ref={screen} hidden={isHeld}>
          <PageContext value={covered}>
            <FailureBoundary fallback={<Broken />}>
              <Suspense fallback={<Loading />}>{children}</Suspense>
            </FailureBoundary>
          </PageContext>
        </div>
      </Layout>
    </PageContext>
  )
}
