import { Page } from '../components/page.js'
import { type Way, Ways } from '../components/ways.js'
import type { FactorMethod } from '../flow/flow.js'
import { useText } from '../i18n/text.js'
import type { StepProps } from './step-props.js'

/** Part of step 3 where there is more than one method: which second factor it is to be. */
export function ChooseFactor({ flow, eyebrow, dispatch, onBack }: StepProps) {
  const text = useText()
  const ways: readonly Way<FactorMethod>[] = [
    {
      name: 'totp',
      icon: 'phone',
      label: text.secondFactor.app,
      detail: text.secondFactor.appDetail,
    },
    {
      name: 'email',
      icon: 'mail',
      label: text.secondFactor.mail,
      detail: text.secondFactor.mailDetail(flow.session.user.email),
    },
  ]
  return (
    <Page title={text.secondFactor.chooseTitle} eyebrow={eyebrow} onBack={onBack}>
      <p className="lead">{text.secondFactor.chooseIntro}</p>
      <Ways
        ways={ways}
        suggested="totp"
        onChoose={(method) => dispatch({ type: 'factor_chosen', method })}
      />
    </Page>
  )
}
