import { type SubmitEvent, useEffect, useRef, useState } from 'react'
import { codeInText } from '../flow/second-factor.js'
import { useText } from '../i18n/text.js'
import type { SecondFactorProps } from '../screens/second-factor.js'
import { AuthenticatorKey } from './authenticator-key.js'
import { Button } from './button.js'
import { Field } from './field.js'
import { Loading } from './loading.js'
import { MailedCode } from './mailed-code.js'
import { Notice } from './notice.js'
import { Page } from './page.js'
import { usePending } from './use-pending.js'

const FORM = 'factor-form'

/** Shows a secret or sends a code, and asks for the proof. */
export function FactorForm({ flow, eyebrow, onBack, beginFactor, proveFactor }: SecondFactorProps) {
  const text = useText()
  const { secondFactor, drafts, session, notice } = flow
  const method = drafts.factorMethod ?? 'totp'
  const offer = secondFactor?.stage === 'offered' ? secondFactor : undefined
  const [typed, setTyped] = useState('')
  const [problem, setProblem] = useState<'invalid' | 'wrong'>()
  const [hasFailed, setFailed] = useState(false)
  const [isPending, run] = usePending()
  const input = useRef<HTMLInputElement>(null)

  const begin = () => run(async () => setFailed((await beginFactor(method)) !== undefined))
  useOnce(offer === undefined, begin)

  const complain = (found: 'invalid' | 'wrong') => {
    setProblem(found)
    input.current?.focus()
  }

  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const code = codeInText(typed)
    if (code === undefined) return complain('invalid')
    setFailed(false)
    setProblem(undefined)
    void run(async () => {
      const refusal = await proveFactor(method, code)
      setTyped('')
      if (refusal?.reason === 'mfa_code') complain('wrong')
      else if (refusal) setFailed(true)
    })
  }

  const isByApp = method === 'totp'
  const { appTitle, mailTitle, repeatTitle, appCodeWrong, mailCodeWrong } = text.secondFactor
  const title = session.mfa_finished ? repeatTitle : isByApp ? appTitle : mailTitle
  const messages = {
    invalid: text.secondFactor.codeInvalid,
    wrong: isByApp ? appCodeWrong : mailCodeWrong,
  }
  const field = (
    <form id={FORM} onSubmit={submit} noValidate>
      <Field
        ref={input}
        label={text.secondFactor.code}
        name="one-time-code"
        inputMode="numeric"
        autoComplete="one-time-code"
        spellCheck={false}
        isCode
        value={typed}
        onChange={(value) => {
          setTyped(value)
          setProblem(undefined)
        }}
        error={problem && messages[problem]}
      />
    </form>
  )
  return (
    <Page title={title} eyebrow={eyebrow} onBack={onBack} next={offer && { form: FORM, isPending }}>
      {session.mfa_finished && <p className="lead">{text.secondFactor.repeatIntro}</p>}
      {notice === 'factor_lost' && <Notice kind="warning">{text.secondFactor.lost}</Notice>}
      {notice === 'secret_renewed' && (
        <Notice kind="warning">{text.secondFactor.secretRenewed}</Notice>
      )}
      {hasFailed && <Notice kind="error">{text.common.fault}</Notice>}
      {!offer && isPending && <Loading />}
      {!offer && !isPending && <Button onClick={begin}>{text.secondFactor.retry}</Button>}
      {offer?.method === 'totp' && (
        <AuthenticatorKey secret={offer.secret} session={session}>
          {field}
        </AuthenticatorKey>
      )}
      {offer?.method === 'email' && (
        <MailedCode email={session.user.email} isPending={isPending} onAgain={begin}>
          {field}
        </MailedCode>
      )}
    </Page>
  )
}

/** Runs a task when the page comes to need it. */
function useOnce(isNeeded: boolean, task: () => void): void {
  const latest = useRef(task)
  useEffect(() => {
    latest.current = task
  })
  useEffect(() => {
    if (isNeeded) latest.current()
  }, [isNeeded])
}
