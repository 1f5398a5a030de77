import type { ReactNode } from 'react'
import type { Session } from '../flow/flow.js'
import { keyUri } from '../flow/second-factor.js'
import { useText } from '../i18n/text.js'
import { CopyField } from './copy-field.js'
import { QrCode } from './qr-code.js'

interface AuthenticatorKeyProps {
  /** Base32. */
  readonly secret: string
  readonly session: Session
  /** Where the code is entered. */
  readonly children: ReactNode
}

/** How the secret gets into the app: scanned, opened on this very device, or typed. */
export function AuthenticatorKey({ secret, session, children }: AuthenticatorKeyProps) {
  const text = useText()
  const uri = keyUri(secret, session.instance.name, session.user.login)
  return (
    <ol className="guide">
      <li>
        <h2>{text.secondFactor.install}</h2>
        <p>{text.secondFactor.installText}</p>
      </li>
      <li>
        <h2>{text.secondFactor.scan}</h2>
        <QrCode value={uri} label={text.secondFactor.qr} />
        <p>
          <a href={uri}>{text.secondFactor.openHere}</a>
        </p>
        <details className="disclosure">
          <summary>{text.secondFactor.byHand}</summary>
          <p>{text.secondFactor.byHandText}</p>
          <CopyField label={text.secondFactor.key} value={secret} shown={inGroups(secret)} isLong />
        </details>
      </li>
      <li>
        <h2>{text.secondFactor.enter}</h2>
        {children}
      </li>
    </ol>
  )
}

/** Easier to type; apps ignore the spaces. */
function inGroups(secret: string): string {
  return secret.match(/.{1,4}/g)?.join(' ') ?? ''
}
