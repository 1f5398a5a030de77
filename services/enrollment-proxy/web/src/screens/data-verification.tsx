import { type SubmitEvent, Suspense, useEffect, useRef, useState } from 'react'
import { Contact } from '../components/contact.js'
import { Field } from '../components/field.js'
import { Loading } from '../components/loading.js'
import { Page } from '../components/page.js'
import { lengthOfNote } from '../flow/note.js'
import { isPhoneNumber } from '../flow/phone.js'
import { useText } from '../i18n/text.js'
import { NoteForm } from '../lazy-screens.js'
import type { Enrollment } from '../use-enrollment.js'
import type { StepProps } from './step-props.js'

const FORM = 'data-form'

type DataVerificationProps = StepProps & Pick<Enrollment, 'sendNote'>

/** Step 2: the data on record. The phone number is kept here and sent with the activation. */
export function DataVerification(props: DataVerificationProps) {
  const { flow, eyebrow, dispatch, onBack, onNext } = props
  const text = useText()
  const { user } = flow.session
  const { note = '' } = flow.drafts
  const phone = flow.drafts.phone ?? user.phone_number ?? ''
  const wasRefused = flow.notice === 'phone_refused'
  const [problem, setProblem] = useState<'phoneRefused' | 'phoneInvalid' | undefined>(
    wasRefused ? 'phoneRefused' : undefined,
  )
  const [remindedOf, setRemindedOf] = useState<string>()
  const input = useRef<HTMLInputElement>(null)

  useEffect(() => {
    if (wasRefused) input.current?.focus()
  }, [wasRefused])

  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (!isPhoneNumber(phone)) {
      setProblem('phoneInvalid')
      input.current?.focus()
      return
    }
    // Once: whoever goes on all the same may.
    if (lengthOfNote(note) > 0 && note !== remindedOf) setRemindedOf(note)
    else onNext()
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
            <dd>
              <bdi>{value}</bdi>
            </dd>
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
            error={problem && text.data[problem]}
            value={phone}
            onChange={(typed) => {
              dispatch({ type: 'drafted', drafts: { phone: typed } })
              if (isPhoneNumber(typed)) setProblem(undefined)
            }}
          />
        )}
      </form>
      <SomethingWrong {...props} isUnsent={note !== '' && note === remindedOf} />
    </Page>
  )
}

/** A note from here, or a mail of one's own. */
function SomethingWrong(props: DataVerificationProps & { isUnsent: boolean }) {
  const text = useText()
  const { drafts, session } = props.flow
  const [isOpen, setOpen] = useState(drafts.note !== undefined || drafts.notesSent !== undefined)
  return (
    <details
      className="disclosure"
      open={isOpen || props.isUnsent}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>{text.data.wrong}</summary>
      {isOpen && (
        <div className="note">
          <Suspense fallback={<Loading />}>
            <NoteForm {...props} />
          </Suspense>
          <div>
            <p className="hint">{text.note.byMail}</p>
            <Contact person={session.admin} subject={text.data.wrongSubject(session.user.login)} />
          </div>
        </div>
      )}
    </details>
  )
}
