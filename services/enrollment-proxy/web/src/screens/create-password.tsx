import type { Refusal } from '../api/request.js'
import { Page } from '../components/page.js'
import { PasswordForm } from '../components/password-form.js'
import { usePending } from '../components/use-pending.js'
import { useText } from '../i18n/text.js'
import type { StepProps } from './step-props.js'

const FORM = 'password-form'

type CreatePasswordProps = StepProps & {
  readonly activate: (password: string) => Promise<Refusal | undefined>
}

/** Step 3: "Next" activates the account. */
export function CreatePassword(props: CreatePasswordProps) {
  return props.flow.session.user.enrolled ? (
    <PasswordDone {...props} />
  ) : (
    <PasswordStep {...props} />
  )
}

function PasswordStep({ flow, eyebrow, onBack, activate }: CreatePasswordProps) {
  const text = useText()
  const [isPending, run] = usePending()
  const { user, instance } = flow.session
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
      <PasswordForm id={FORM} owner={owner} run={run} submit={activate} />
    </Page>
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
          <dd>{flow.session.user.login}</dd>
        </div>
      </dl>
    </Page>
  )
}
