import { type SubmitEvent, useEffect, useRef, useState } from 'react'
import { Contact } from '../components/contact.js'
import { Field } from '../components/field.js'
import { Page } from '../components/page.js'
import { isPhoneNumber } from '../flow/phone.js'
import { useText } from '../i18n/text.js'
import type { StepProps } from './step-props.js'

const FORM = 'data-form'

/** Step 2: the data on record. The phone number is kept here and sent with the activation. */
export function DataVerification({ flow, eyebrow, dispatch, onBack, onNext }: StepProps) {
  const text = useText()
  const { user, admin } = flow.session
  const phone = flow.drafts.phone ?? user.phone_number ?? ''
  const wasRefused = flow.notice === 'phone_refused'
  const [error, setError] = useState(wasRefused ? text.data.phoneRefused : undefined)
  const input = useRef<HTMLInputElement>(null)

  useEffect(() => {
    if (wasRefused) input.current?.focus()
  }, [wasRefused])

  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (isPhoneNumber(phone)) return onNext()
    setError(text.data.phoneInvalid)
    input.current?.focus()
  }

  const facts = [
    [text.data.firstName, user.first_name],
    [text.data.lastName, user.last_name],
    [text.data.login, user.login],
    [text.data.email, user.email],
    ...(user.enrolled ? [[text.data.phone, user.phone_number || text.data.noPhone]] : []),
  ]
  return (
    <Page title={text.data.title} eyebrow={eyebrow} onBack={onBack} next={{ form: FORM }}>
      <p className="lead">{user.enrolled ? text.data.introDone : text.data.intro}</p>
      <dl className="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <form id={FORM} onSubmit={submit} noValidate>
        {!user.enrolled && (
          <Field
            ref={input}
            type="tel"
            inputMode="tel"
            autoComplete="tel"
            label={text.data.phone}
            hint={text.data.phoneHint}
            error={error}
            value={phone}
            onChange={(typed) => {
              dispatch({ type: 'drafted', drafts: { phone: typed } })
              if (isPhoneNumber(typed)) setError(undefined)
            }}
          />
        )}
      </form>
      <details className="disclosure">
        <summary>{text.data.wrong}</summary>
        <p>{text.data.wrongText}</p>
        <Contact person={admin} subject={text.data.wrongSubject(user.login)} />
      </details>
    </Page>
  )
}
