import { type SubmitEvent, useRef, useState } from 'react'
import type { Refusal } from '../../api/request.js'
import { Button } from '../../components/button.js'
import { Field } from '../../components/field.js'
import { Notice } from '../../components/notice.js'
import { Page } from '../../components/page.js'
import { usePending } from '../../components/use-pending.js'
import { isEmail } from '../../flow/email.js'
import { useText } from '../../i18n/text.js'

const FORM = 'reset-request-form'

interface AskForLinkProps {
  /** As typed before. */
  readonly email: string
  readonly ask: (email: string) => Promise<Refusal | undefined>
}

/** Asks for a link by mail. What comes back never tells whether there is such an account. */
export function AskForLink({ email, ask }: AskForLinkProps) {
  const text = useText()
  const [typed, setTyped] = useState(email)
  const [isInvalid, setInvalid] = useState(false)
  const [hasFailed, setFailed] = useState(false)
  const [isPending, run] = usePending()
  const input = useRef<HTMLInputElement>(null)

  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    setFailed(false)
    if (!isEmail(typed)) {
      setInvalid(true)
      input.current?.focus()
      return
    }
    void run(async () => setFailed((await ask(typed.trim())) !== undefined))
  }

  return (
    <Page title={text.reset.askTitle}>
      <p className="lead">{text.reset.askIntro}</p>
      {hasFailed && <Notice kind="error">{text.common.fault}</Notice>}
      <form id={FORM} onSubmit={submit} noValidate>
        <Field
          ref={input}
          type="email"
          inputMode="email"
          label={text.reset.email}
          hint={text.reset.emailHint}
          name="email"
          autoComplete="email"
          spellCheck={false}
          value={typed}
          onChange={(value) => {
            setTyped(value)
            setInvalid(false)
          }}
          error={isInvalid ? text.reset.emailInvalid : undefined}
        />
        <div className="choices-row">
          <Button look="primary" iconAfter="forward" form={FORM} isPending={isPending}>
            {text.reset.ask}
          </Button>
        </div>
      </form>
    </Page>
  )
}
