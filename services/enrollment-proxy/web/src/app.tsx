import { useEffect } from 'react'
import type { InstanceReply } from '../../src/http/contract.js'
import { useInstance } from './branding/use-instance.js'
import { useHistoryBack } from './browser/use-history-back.js'
import { Loading } from './components/loading.js'
import { EnrollingScreen } from './enrolling-screen.js'
import type { Flow, Invited } from './flow/flow.js'
import { canGoBack } from './flow/next.js'
import { platformOf } from './flow/platform.js'
import { Frame } from './frame.js'
import { useText } from './i18n/text.js'
import { DeviceAdded, Finish, preloadScreens } from './lazy-screens.js'
import { Broken } from './screens/broken.js'
import { ChooseHow } from './screens/choose-how.js'
import { DeadEnd } from './screens/dead-end.js'
import { Landing } from './screens/landing.js'
import { OtherLink } from './screens/other-link.js'
import { UseApp } from './screens/use-app.js'
import { type Enrollment, useEnrollment } from './use-enrollment.js'

export function App({ opened }: { opened: Flow }) {
  const text = useText()
  const instance = useInstance()
  const enrollment = useEnrollment(opened)
  const { flow, hold, dispatch, tryNow, release } = enrollment

  const enrolling = flow.phase === 'enrolling' ? flow : undefined
  const isEnrolling = enrolling !== undefined

  useHistoryBack(pageOf(flow), canGoBack(flow), () => dispatch({ type: 'back' }))
  useEffect(() => {
    if (isEnrolling) preloadScreens()
  }, [isEnrolling])

  const leaveHold = () => (flow.phase === 'resuming' ? location.reload() : release())
  return (
    <Frame
      instance={instance}
      what={text.common.enrollment}
      flow={enrolling}
      hold={hold}
      onTryNow={tryNow}
      onLeaveHold={leaveHold}
    >
      <Screen enrollment={enrollment} instance={instance} />
    </Frame>
  )
}

function pageOf(flow: Flow): string {
  return 'page' in flow ? `${flow.phase}-${flow.page}` : flow.phase
}

interface ScreenProps {
  readonly enrollment: Enrollment
  readonly instance: InstanceReply | undefined
}

const platform = platformOf(navigator.userAgent, navigator.maxTouchPoints)
/** The page is served by the very proxy that clients talk to. */
const proxyUrl = `${location.origin}/`

function Screen({ enrollment, instance }: ScreenProps) {
  const { flow, dispatch, askForLink } = enrollment
  switch (flow.phase) {
    case 'invited':
      return <InvitedScreen enrollment={enrollment} instance={instance} flow={flow} />
    case 'other_link':
      return (
        <OtherLink
          flow={flow}
          proxyUrl={proxyUrl}
          onOtherToken={() => dispatch({ type: 'other_token' })}
        />
      )
    case 'resuming':
      return flow.hasFailed ? <Broken /> : <Loading />
    case 'enrolling':
      return <EnrollingScreen enrollment={enrollment} flow={flow} platform={platform} />
    case 'finished': {
      const { device, farewell } = flow
      if (!device) return <Finish farewell={farewell} />
      const onNext = () => dispatch({ type: 'forward' })
      return <DeviceAdded device={device} onNext={onNext} onAnother={undefined} />
    }
    case 'dead_end':
      return <DeadEnd flow={flow} instance={instance} dispatch={dispatch} askForLink={askForLink} />
  }
}

function InvitedScreen({ enrollment, instance, flow }: ScreenProps & { flow: Invited }) {
  const { dispatch, begin } = enrollment
  const goBack = () => dispatch({ type: 'back' })
  switch (flow.page) {
    case 'landing':
      return <Landing flow={flow} instance={instance} dispatch={dispatch} begin={begin} />
    case 'choose':
      return (
        <ChooseHow
          session={undefined}
          platform={platform}
          onBack={goBack}
          onChoose={(how) => dispatch({ type: 'how_chosen', how })}
        />
      )
    case 'app':
      return (
        <UseApp
          token={flow.token}
          proxyUrl={proxyUrl}
          session={undefined}
          onBack={goBack}
          onFollow={() => begin('app')}
          onNext={() => undefined}
        />
      )
  }
}
