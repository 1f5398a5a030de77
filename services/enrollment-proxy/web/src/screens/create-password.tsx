import { type SubmitEvent, useRef, useState } from 'react'
import type { Refusal } from '../api/request.js'
import { Field } from '../components/field.js'
import { Notice } from '../components/notice.js'
import { Page } from '../components/page.js'
import { PasswordRules } from '../components/password-rules.js'
import { StrengthMeter } from '../components/strength-meter.js'
import { usePending } from '../components/use-pending.js'
import { checkPassword, type PasswordOwner } from '../flow/password.js'
import type { Messages } from '../i18n/en.js'
import { useText } from '../i18n/text.js'
import type { StepProps } from './step-props.js'

const FORM = 'password-form'

type CreatePasswordProps = StepProps & {
  readonly activate: (password: string) => Promise<Refusal | undefined>
}

/** Step 3: "Next" activates the account. The password lives in this component and nowhere else. */
export function CreatePassword(props: CreatePasswordProps) {
  return props.flow.session.user.enrolled ? (
    <PasswordDone {...props} />
  ) : (
    <PasswordForm {...props} />
  )
}

function PasswordForm({ flow, eyebrow, onBack, activate }: CreatePasswordProps) {
  const text = useText()
  const { user, instance } = flow.session
  const owner = {
    firstName: user.first_name,
    lastName: user.last_name,
    login: user.login,
    email: user.email,
    instanceName: instance.name,
  }
  const [password, setPassword] = useState('')
  const [repeated, setRepeated] = useState('')
  const [isShown, setShown] = useState(false)
  const [problem, setProblem] = useState<Problem>()
  const [isPending, run] = usePending()
  const passwordInput = useRef<HTMLInputElement>(null)
  const repeatedInput = useRef<HTMLInputElement>(null)

  const complain = (found: Problem) => {
    setProblem(found)
    const input = found.field === 'repeat' ? repeatedInput : passwordInput
    input.current?.focus()
  }

  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const found = findProblem(text, password, repeated, owner)
    if (found) return complain(found)
    setProblem(undefined)
    void run(async () => {
      const refusal = await activate(password)
      if (refusal) complain(problemOf(text, refusal.reason))
    })
  }

  const type = isShown ? 'text' : 'password'
  return (
    <Page
      title={text.password.title}
      eyebrow={eyebrow}
      onBack={onBack}
      next={{ form: FORM, isPending }}
    >
      <p className="lead">{text.password.intro}</p>
      <form id={FORM} onSubmit={submit} noValidate>
        {problem?.field === undefined && problem && <Notice kind="error">{problem.message}</Notice>}
        <Field
          label={text.password.login}
          name="username"
          autoComplete="username"
          value={user.login}
          readOnly
        />
        <Field
          ref={passwordInput}
          type={type}
          label={text.password.password}
          name="password"
          autoComplete="new-password"
          spellCheck={false}
          value={password}
          onChange={(typed) => {
            setPassword(typed)
            setProblem(undefined)
          }}
          error={problem?.field === 'password' ? problem.message : undefined}
          describedBy="password-rules"
        />
        <StrengthMeter password={password} owner={owner} />
        <Field
          ref={repeatedInput}
          type={type}
          label={text.password.repeat}
          name="password-repeated"
          autoComplete="new-password"
          spellCheck={false}
          value={repeated}
          onChange={(typed) => {
            setRepeated(typed)
            setProblem(undefined)
          }}
          error={problem?.field === 'repeat' ? problem.message : undefined}
        />
        <button type="button" className="button button-quiet" onClick={() => setShown(!isShown)}>
          <span>{isShown ? text.password.hide : text.password.show}</span>
        </button>
        <PasswordRules
          id="password-rules"
          rules={checkPassword(password, owner)}
          isTyped={password !== ''}
          isSame={password !== '' && password === repeated}
        />
      </form>
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

interface Problem {
  /** Undefined when it is no fault of what was typed. */
  readonly field: 'password' | 'repeat' | undefined
  readonly message: string
}

function findProblem(
  text: Messages,
  password: string,
  repeated: string,
  owner: PasswordOwner,
): Problem | undefined {
  const { isLongEnough, isShortEnough, isImpersonal } = checkPassword(password, owner)
  if (!isLongEnough) return { field: 'password', message: text.password.tooShort }
  if (!isShortEnough) return { field: 'password', message: text.password.tooLong }
  if (!isImpersonal) return { field: 'password', message: text.password.personal }
  if (password !== repeated) return { field: 'repeat', message: text.password.different }
  return undefined
}

function problemOf(text: Messages, reason: string | undefined): Problem {
  switch (reason) {
    case 'password_too_short':
      return { field: 'password', message: text.password.refusedShort }
    case 'password_too_long':
      return { field: 'password', message: text.password.tooLong }
    case 'password_common':
      return { field: 'password', message: text.password.common }
    case 'password_personal':
      return { field: 'password', message: text.password.personal }
    case 'mfa_missing':
      return { field: undefined, message: text.password.mfaMissing }
    default:
      return { field: undefined, message: text.common.fault }
  }
}
