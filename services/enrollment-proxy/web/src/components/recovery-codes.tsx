import { type SubmitEvent, useRef, useState } from 'react'
import { saveFile } from '../browser/save-file.js'
import { useText } from '../i18n/text.js'
import type { SecondFactorProps } from '../screens/second-factor.js'
import { Button } from './button.js'
import { Checkbox } from './checkbox.js'
import { CopyButton } from './copy-button.js'
import { Notice } from './notice.js'
import { Page } from './page.js'
import { usePending } from './use-pending.js'

const FORM = 'recovery-codes-form'

/** Shown once. "Next" creates the account, unless a reload has taken the password. */
export function RecoveryCodes({
  flow,
  eyebrow,
  dispatch,
  onBack,
  onNext,
  activate,
  codes,
}: SecondFactorProps & { codes: readonly string[] }) {
  const text = useText()
  const [isPending, run] = usePending()
  const [isUnsaved, setUnsaved] = useState(false)
  const [hasFailed, setFailed] = useState(false)
  const box = useRef<HTMLInputElement>(null)
  const { password, session, drafts } = flow
  const title = text.secondFactor.fileTitle(session.instance.name, session.user.login)

  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (!drafts.hasSavedCodes) {
      setUnsaved(true)
      box.current?.focus()
      return
    }
    if (password === undefined) return onNext()
    setFailed(false)
    void run(async () => setFailed((await activate(password)) !== undefined))
  }

  const download = () => {
    const content = `${title}\n\n${codes.join('\n')}\n`
    saveFile(text.secondFactor.file, new Blob([content], { type: 'text/plain' }))
  }

  return (
    <Page
      key="recovery-codes"
      title={text.secondFactor.codesTitle}
      eyebrow={eyebrow}
      onBack={onBack}
      next={{
        form: FORM,
        isPending,
        label: password === undefined ? text.common.next : text.secondFactor.activate,
      }}
    >
      <p className="lead">{text.secondFactor.codesIntro}</p>
      <p className="print-only">{title}</p>
      <ul className="recovery-codes" aria-label={text.secondFactor.codes}>
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className="location-actions">
        <CopyButton value={codes.join('\n')} label={text.secondFactor.copyCodes} />
        <Button icon="download" onClick={download}>
          {text.secondFactor.download}
        </Button>
        <Button icon="print" onClick={() => print()}>
          {text.secondFactor.print}
        </Button>
      </div>
      {hasFailed && <Notice kind="error">{text.common.fault}</Notice>}
      <form id={FORM} onSubmit={submit} noValidate>
        <Checkbox
          ref={box}
          label={text.secondFactor.saved}
          hint={text.secondFactor.savedHint}
          error={isUnsaved ? text.secondFactor.notSaved : undefined}
          isChecked={drafts.hasSavedCodes ?? false}
          onChange={(hasSavedCodes) => {
            dispatch({ type: 'drafted', drafts: { hasSavedCodes } })
            setUnsaved(false)
          }}
        />
      </form>
    </Page>
  )
}
