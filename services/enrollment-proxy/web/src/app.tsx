import { lazy, useEffect } from 'react'
import type { InstanceReply } from '../../src/http/contract.js'
import { useInstance } from './branding/use-instance.js'
import { useHistoryBack } from './browser/use-history-back.js'
import { Loading } from './components/loading.js'
import type { Flow } from './flow/flow.js'
import { canGoBack, farewellOf } from './flow/next.js'
import { platformOf } from './flow/platform.js'
import { isStep, stepsFor } from './flow/steps.js'
import { Frame } from './frame.js'
import { useText } from './i18n/text.js'
import { Broken } from './screens/broken.js'
import { ChooseHow } from './screens/choose-how.js'
import { CreatePassword } from './screens/create-password.js'
import { DataVerification } from './screens/data-verification.js'
import { DeadEnd } from './screens/dead-end.js'
import { Landing } from './screens/landing.js'
import { UseApp } from './screens/use-app.js'
import { Welcome } from './screens/welcome.js'
import { type Enrollment, useEnrollment } from './use-enrollment.js'

// Keys, QR codes, archives and Markdown are half of the page, and nobody needs them at first.
const loadConfigureVpn = () => import('./screens/configure-vpn.js')
const loadFinish = () => import('./screens/finish.js')
const ConfigureVpn = lazy(async () => ({ default: (await loadConfigureVpn()).ConfigureVpn }))
const Finish = lazy(async () => ({ default: (await loadFinish()).Finish }))

export function App({ opened }: { opened: Flow }) {
  const text = useText()
  const instance = useInstance()
  const enrollment = useEnrollment(opened)
  const { flow, hold, dispatch, tryNow, release } = enrollment

  const enrolling = flow.phase === 'enrolling' ? flow : undefined

  useHistoryBack(pageOf(flow), canGoBack(flow), () => dispatch({ type: 'back' }))
  useEffect(() => {
    if (!enrolling) return
    // The screens that need them load them again, and say so if it fails.
    loadConfigureVpn().catch(() => undefined)
    loadFinish().catch(() => undefined)
  }, [enrolling])

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

function Screen({ enrollment, instance }: ScreenProps) {
  const { flow, dispatch } = enrollment
  switch (flow.phase) {
    case 'invited':
      return <InvitedScreen enrollment={enrollment} instance={instance} flow={flow} />
    case 'resuming':
      return flow.hasFailed ? <Broken /> : <Loading />
    case 'enrolling':
      return <EnrollingScreen enrollment={enrollment} flow={flow} />
    case 'finished':
      return <Finish farewell={flow.farewell} />
    case 'dead_end':
      return (
        <DeadEnd
          reason={flow.reason}
          contact={flow.admin ?? instance?.contact}
          canResetPassword={instance?.password_reset_enabled ?? false}
          onOtherToken={() => dispatch({ type: 'other_token' })}
        />
      )
  }
}

const platform = platformOf(navigator.userAgent, navigator.maxTouchPoints)

function InvitedScreen({
  enrollment,
  instance,
  flow,
}: ScreenProps & { flow: Flow & { phase: 'invited' } }) {
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
          proxyUrl={`${location.origin}/`}
          session={undefined}
          onBack={goBack}
          onFollow={() => begin('app')}
          onNext={() => undefined}
        />
      )
  }
}

function EnrollingScreen({
  enrollment,
  flow,
}: Pick<ScreenProps, 'enrollment'> & { flow: Flow & { phase: 'enrolling' } }) {
  const text = useText()
  const { dispatch, activate, addDevice, unusedKeys } = enrollment
  const { page, session } = flow
  const onBack = canGoBack(flow) ? () => dispatch({ type: 'back' }) : undefined
  const onNext = () => dispatch({ type: 'forward' })
  const steps = stepsFor(session)
  const eyebrow = isStep(page)
    ? text.common.stepOf(steps.indexOf(page) + 1, steps.length, text.steps[page])
    : ''
  const props = { flow, eyebrow, dispatch, onBack, onNext }
  switch (page) {
    case 'choose':
      return (
        <ChooseHow
          session={session}
          platform={platform}
          onBack={onBack}
          onChoose={(how) => dispatch({ type: 'how_chosen', how })}
        />
      )
    case 'app':
      return (
        <UseApp
          token={flow.token}
          proxyUrl={session.instance.proxy_url}
          session={session}
          onBack={() => dispatch({ type: 'back' })}
          onFollow={async () => undefined}
          onNext={onNext}
        />
      )
    case 'welcome':
      return <Welcome {...props} />
    case 'data':
      return <DataVerification {...props} />
    case 'password':
      return <CreatePassword {...props} activate={activate} />
    case 'vpn':
      return <ConfigureVpn {...props} addDevice={addDevice} unusedKeys={unusedKeys} />
    case 'finish':
      return <Finish farewell={farewellOf(flow)} flow={flow} eyebrow={eyebrow} onBack={onBack} />
  }
}
