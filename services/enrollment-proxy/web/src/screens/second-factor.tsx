import { FactorForm } from '../components/factor-form.js'
import { RecoveryCodes } from '../components/recovery-codes.js'
import type { Enrollment } from '../use-enrollment.js'
import type { StepProps } from './step-props.js'

export type SecondFactorProps = StepProps &
  Pick<Enrollment, 'activate' | 'beginFactor' | 'proveFactor'>

/** Part of step 3: a second factor is set up and proved, then its recovery codes are saved. */
export function SecondFactor(props: SecondFactorProps) {
  const { secondFactor, notice } = props.flow
  if (secondFactor?.stage === 'proved') {
    return <RecoveryCodes {...props} codes={secondFactor.recoveryCodes} />
  }
  // A new key is another page: it begins at its top, where it says what happened.
  const isRenewed = notice === 'secret_renewed' && secondFactor?.method === 'totp'
  return <FactorForm key={isRenewed ? secondFactor.secret : undefined} {...props} />
}
