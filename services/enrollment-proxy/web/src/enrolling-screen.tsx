import { farewellOf } from './flow/farewell.js'
import type { Enrolling } from './flow/flow.js'
import { canGoBack } from './flow/next.js'
import type { Platform } from './flow/platform.js'
import { stepOf, stepsFor } from './flow/steps.js'
import { useText } from './i18n/text.js'
import { ConfigureVpn, Finish, SecondFactor } from './lazy-screens.js'
import { ChooseFactor } from './screens/choose-factor.js'
import { ChooseHow } from './screens/choose-how.js'
import { CreatePassword } from './screens/create-password.js'
import { DataVerification } from './screens/data-verification.js'
import { UseApp } from './screens/use-app.js'
import { Welcome } from './screens/welcome.js'
import type { Enrollment } from './use-enrollment.js'

interface EnrollingScreenProps {
  readonly enrollment: Enrollment
  readonly flow: Enrolling
  readonly platform: Platform
}

/** The screen of somebody whose clock runs. */
export function EnrollingScreen({ enrollment, flow, platform }: EnrollingScreenProps) {
  const text = useText()
  const { dispatch, activate, addDevice, unusedKeys, sendNote } = enrollment
  const { page, session } = flow
  const onBack = canGoBack(flow) ? () => dispatch({ type: 'back' }) : undefined
  const onNext = () => dispatch({ type: 'forward' })
  const steps = stepsFor(session)
  const step = stepOf(page)
  const eyebrow = step
    ? text.common.stepOf(steps.indexOf(step) + 1, steps.length, text.steps[step])
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
          isCutOff={enrollment.isCutOff}
          onBack={onBack}
          onFollow={async () => undefined}
          onNext={onNext}
        />
      )
    case 'welcome':
      return <Welcome {...props} />
    case 'data':
      return <DataVerification {...props} sendNote={sendNote} />
    case 'password':
      return <CreatePassword {...props} activate={activate} />
    case 'choose_factor':
      return <ChooseFactor {...props} />
    case 'second_factor': {
      const { beginFactor, proveFactor } = enrollment
      return <SecondFactor {...props} {...{ activate, beginFactor, proveFactor }} />
    }
    case 'vpn':
      return <ConfigureVpn {...props} addDevice={addDevice} unusedKeys={unusedKeys} />
    case 'finish':
      return (
        <Finish
          farewell={farewellOf(flow)}
          flow={flow}
          eyebrow={eyebrow}
          onBack={onBack}
          onDeviceAgain={
            steps.includes('vpn') ? () => dispatch({ type: 'another_device' }) : undefined
          }
        />
      )
  }
}
