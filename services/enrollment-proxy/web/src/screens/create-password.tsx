import { Checkbox } from '../components/checkbox.js'
import { Notice } from '../components/notice.js'
import { Page } from '../components/page.js'
import { PasswordForm } from '../components/password-form.js'
import { usePending } from '../components/use-pending.js'
import { isPasswordRefusal } from '../flow/password.js'
import { needsSecondFactor } from '../flow/second-factor.js'
import { useText } from '../i18n/text.js'
import type { Enrollment } from '../use-enrollment.js'
import type { StepProps } from './step-props.js'

const FORM = 'password-form'

type CreatePasswordProps = StepProps & Pick<Enrollment, 'activate'>

/** Step 3: "Next" activates the account, or leads to the second factor that comes before. */
export function CreatePassword(props: CreatePasswordProps) {
  return props.flow.session.user.enrolled ? (
    <PasswordDone {...props} />
  ) : (
    <PasswordStep {...props} />
  )
}

function PasswordStep({ flow, eyebrow, dispatch, onBack, activate }: CreatePasswordProps) {
  const text = useText()
  const [isPending, run] = usePending()
  const { session, password, notice } = flow
  const { user, instance } = session
  const owner = {
    firstName: user.first_name,
    lastName: user.last_name,
    login: user.login,
    email: user.email,
    instanceName: instance.name,
  }
  return (
    <Page
      title={text.password.title}
      eyebrow={eyebrow}
      onBack={onBack}
      next={{ form: FORM, isPending }}
    >
      <p className="lead">{text.password.intro}</p>
      {notice === 'password_forgotten' && (
        <Notice kind="info">{text.secondFactor.passwordForgotten}</Notice>
      )}
      <PasswordForm
        id={FORM}
        owner={owner}
        run={run}
        submit={activate}
        typed={password}
        refusal={isPasswordRefusal(notice) ? notice : undefined}
      />
      <SecondFactorOffer flow={flow} dispatch={dispatch} />
    </Page>
  )
}

/** Whether there is a second factor, or is to be one. */
function SecondFactorOffer({ flow, dispatch }: Pick<StepProps, 'flow' | 'dispatch'>) {
  const text = useText()
  const { session, drafts } = flow
  if (session.mfa_finished && !needsSecondFactor(session, drafts)) {
    return <Notice kind="success">{text.secondFactor.ready}</Notice>
  }
  if (session.mfa_finished || session.settings.mfa_required) {
    return (
      <Notice kind="info" title={text.secondFactor.demanded}>
        <p>{text.secondFactor.demandedText}</p>
      </Notice>
    )
  }
  return (
    <Checkbox
      label={text.secondFactor.want}
      hint={text.secondFactor.wantHint}
      isChecked={drafts.wantsSecondFactor ?? false}
      onChange={(wantsSecondFactor) => dispatch({ type: 'drafted', drafts: { wantsSecondFactor } })}
    />
  )
}

function PasswordDone({ flow, eyebrow, onBack, onNext }: CreatePasswordProps) {
  const text = useText()
  return (
    <Page
      title={text.password.titleDone}
      eyebrow={eyebrow}
      onBack={onBack}
      next={{ onClick: onNext }}
    >
      <p className="lead">{text.password.done}</p>
      <dl className="facts">
        <div>
          <dt>{text.password.login}</dt>
          <dd>
            <bdi>{flow.session.user.login}</bdi>
          </dd>
        </div>
      </dl>
    </Page>
  )
}
