import { useState } from 'react'
import { Contact } from '../components/contact.js'
import { Page } from '../components/page.js'
import { stepsFor } from '../flow/steps.js'
import { secondsLeft } from '../flow/time-left.js'
import { useText } from '../i18n/text.js'
import type { StepProps } from './step-props.js'

/** Step 1: who is asked, for what, by whom, and how long it may take. */
export function Welcome({ flow, eyebrow, onBack, onNext }: StepProps) {
  const text = useText()
  const { user, admin, instance, settings, endsAt } = flow.session
  // As of now: the running clock stands at the side.
  const [seconds] = useState(() => secondsLeft(endsAt, Date.now()))
  const vpn = settings.vpn_setup_optional ? text.welcome.stepVpnOptional : text.welcome.stepVpn
  return (
    <Page
      title={text.welcome.title(user.first_name)}
      eyebrow={eyebrow}
      onBack={onBack}
      next={{ onClick: onNext }}
    >
      <p className="lead">{text.welcome.intro(instance.name)}</p>
      <ol className="outline">
        <li>{text.welcome.stepData}</li>
        <li>{settings.mfa_required ? text.secondFactor.step : text.welcome.stepPassword}</li>
        {stepsFor(flow.session).includes('vpn') && <li>{vpn}</li>}
      </ol>
      <p>{text.welcome.time(seconds)}</p>
      <div className="panel">
        <p>{text.welcome.help}</p>
        <Contact person={admin} />
      </div>
    </Page>
  )
}
