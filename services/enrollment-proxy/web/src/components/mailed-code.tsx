import { type ReactNode, useState } from 'react'
import { useText } from '../i18n/text.js'
import { Button } from './button.js'
import { useSecondsUntil } from './clock.js'

/** Core mails no more than one code a minute. */
const PAUSE_MS = 60_000

interface MailedCodeProps {
  readonly email: string
  readonly isPending: boolean
  readonly onAgain: () => void
  /** Where the code is entered. */
  readonly children: ReactNode
}

export function MailedCode({ email, isPending, onAgain, children }: MailedCodeProps) {
  const text = useText()
  const [nextAt, setNextAt] = useState(() => Date.now() + PAUSE_MS)
  const seconds = useSecondsUntil(nextAt)
  const again = () => {
    setNextAt(Date.now() + PAUSE_MS)
    onAgain()
  }
  return (
    <>
      <p className="lead">{text.secondFactor.mailed(email)}</p>
      {children}
      <div className="footnotes">
        <p className="hint">{text.secondFactor.noMail}</p>
        {seconds > 0 ? (
          <p className="hint">{text.secondFactor.mailAgainIn(seconds)}</p>
        ) : (
          <Button look="quiet" isPending={isPending} onClick={again}>
            {text.secondFactor.mailAgain}
          </Button>
        )}
      </div>
    </>
  )
}
