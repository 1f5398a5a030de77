import { type SubmitEvent, useEffect, useRef, useState } from 'react'
import type { Refusal } from '../api/request.js'
import { checkPassword, type PasswordOwner, type PasswordRefusal } from '../flow/password.js'
import type { Messages } from '../i18n/en.js'
import { useText } from '../i18n/text.js'
import { Field } from './field.js'
import { Notice } from './notice.js'
import { PasswordRules } from './password-rules.js'
import { StrengthMeter } from './strength-meter.js'

interface PasswordFormProps {
  /** Of the form, for the button that submits it. */
  readonly id: string
  readonly owner: PasswordOwner
  /** Runs one submission at a time, and knows for the button that one is under way. */
  readonly run: (task: () => Promise<void>) => Promise<void>
  /** Resolves to what must be shown here; undefined when the page goes on. */
  readonly submit: (password: string) => Promise<Refusal | undefined>
  /** Before, in this page. */
  readonly typed?: string | undefined
  /** Of what was typed before. */
  readonly refusal?: PasswordRefusal | undefined
}

/** A new password, typed twice. */
export function PasswordForm({ id, owner, run, submit, typed, refusal }: PasswordFormProps) {
  const text = useText()
  const [password, setPassword] = useState(typed ?? '')
  const [repeated, setRepeated] = useState(typed ?? '')
  const [isShown, setShown] = useState(false)
  const [problem, setProblem] = useState(refusal && problemOf(refusal))
  const passwordInput = useRef<HTMLInputElement>(null)
  const repeatedInput = useRef<HTMLInputElement>(null)

  useEffect(() => {
    if (refusal) passwordInput.current?.focus()
  }, [refusal])

  const complain = (found: Problem) => {
    setProblem(found)
    const input = found.field === 'repeat' ? repeatedInput : passwordInput
    input.current?.focus()
  }

  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault()
    const found = findProblem(password, repeated, owner)
    if (found) return complain(found)
    setProblem(undefined)
    void run(async () => {
      const refusal = await submit(password)
      if (refusal) complain(problemOf(refusal.reason))
    })
  }

  const type = isShown ? 'text' : 'password'
  return (
    <form id={id} onSubmit={onSubmit} noValidate>
      {problem?.field === undefined && problem && <Notice kind="error">{problem.say(text)}</Notice>}
      {owner.login && (
        <Field
          label={text.password.login}
          name="username"
          autoComplete="username"
          value={owner.login}
          readOnly
        />
      )}
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
        error={problem?.field === 'password' ? problem.say(text) : undefined}
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
        error={problem?.field === 'repeat' ? problem.say(text) : undefined}
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
  )
}

interface Problem {
  /** Undefined when it is no fault of what was typed. */
  readonly field: 'password' | 'repeat' | undefined
  /** When it is shown: the language may change in between. */
  readonly say: (text: Messages) => string
}

function findProblem(
  password: string,
  repeated: string,
  owner: PasswordOwner,
): Problem | undefined {
  const { isLongEnough, isShortEnough, isImpersonal } = checkPassword(password, owner)
  if (!isLongEnough) return { field: 'password', say: (text) => text.password.tooShort }
  if (!isShortEnough) return { field: 'password', say: (text) => text.password.tooLong }
  if (!isImpersonal) return { field: 'password', say: (text) => text.password.personal }
  if (password !== repeated) return { field: 'repeat', say: (text) => text.password.different }
  return undefined
}

function problemOf(reason: string | undefined): Problem {
  switch (reason) {
    case 'password_too_short':
      return { field: 'password', say: (text) => text.password.refusedShort }
    case 'password_too_long':
      return { field: 'password', say: (text) => text.password.tooLong }
    case 'password_common':
      return { field: 'password', say: (text) => text.password.common }
    case 'password_personal':
      return { field: 'password', say: (text) => text.password.personal }
    default:
      return { field: undefined, say: (text) => text.common.fault }
  }
}
