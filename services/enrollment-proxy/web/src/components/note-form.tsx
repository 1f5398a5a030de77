import { type SubmitEvent, useEffect, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { lengthOfNote, NOTE_LENGTH_MAX } from '../flow/note.js'
import { useText } from '../i18n/text.js'
import type { StepProps } from '../screens/step-props.js'
import type { Enrollment } from '../use-enrollment.js'
import { Button } from './button.js'
import { Notice } from './notice.js'
import { TextArea } from './text-area.js'
import { usePending } from './use-pending.js'

const FORM = 'note-form'

interface NoteFormProps extends Pick<StepProps, 'flow' | 'dispatch'>, Pick<Enrollment, 'sendNote'> {
  /** The person was about to go on, with a note that has not been sent. */
  readonly isUnsent: boolean
}

/** Tells the admin what is wrong with the data. */
export function NoteForm({ flow, dispatch, sendNote, isUnsent }: NoteFormProps) {
  const text = useText()
  const { note = '', notesSent = 0 } = flow.drafts
  const [sentBefore] = useState(notesSent)
  /** How many were sent when the person wanted to write one more. */
  const [moreAfter, setMoreAfter] = useState(note === '' ? 0 : notesSent)
  const [problem, setProblem] = useState<'empty' | 'tooLong'>()
  const [failure, setFailure] = useState<'limit' | 'fault'>()
  const [isPending, run] = usePending()
  const area = useRef<HTMLTextAreaElement>(null)
  const length = lengthOfNote(note)

  useEffect(() => {
    if (isUnsent) area.current?.focus()
  }, [isUnsent])

  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    setFailure(undefined)
    if (length === 0 || length > NOTE_LENGTH_MAX) {
      setProblem(length === 0 ? 'empty' : 'tooLong')
      area.current?.focus()
      return
    }
    void run(async () => {
      const refusal = await sendNote(note)
      if (refusal) setFailure(refusal.reason === 'note_limit' ? 'limit' : 'fault')
    })
  }

  const writeMore = () => {
    flushSync(() => setMoreAfter(notesSent))
    area.current?.focus()
  }

  const messages = { empty: text.note.empty, tooLong: text.note.tooLong(NOTE_LENGTH_MAX) }
  const unsent = isUnsent ? text.note.unsent : undefined
  const error = problem ? messages[problem] : unsent

  if (note === '' && moreAfter !== notesSent) {
    return (
      <>
        <Notice kind="success" title={text.note.sent} takesFocus={notesSent > sentBefore}>
          <p>{text.note.sentText}</p>
        </Notice>
        <div className="footnotes">
          <Button look="quiet" onClick={writeMore}>
            {text.note.another}
          </Button>
        </div>
      </>
    )
  }
  return (
    <>
      <p>{text.note.intro}</p>
      {failure && (
        <Notice kind="error">{failure === 'limit' ? text.note.limit : text.common.fault}</Notice>
      )}
      <form id={FORM} onSubmit={submit} noValidate>
        <TextArea
          ref={area}
          label={text.note.label}
          hint={`${text.note.hint} ${text.note.length(length, NOTE_LENGTH_MAX)}`}
          error={error}
          rows={4}
          value={note}
          onChange={(typed) => {
            dispatch({ type: 'drafted', drafts: { note: typed } })
            setProblem(undefined)
          }}
        />
        <Button form={FORM} isPending={isPending}>
          {text.note.send}
        </Button>
      </form>
    </>
  )
}
