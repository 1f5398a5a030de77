import { Button } from '../components/button.js'
import { Contact } from '../components/contact.js'
import { ForgotPassword } from '../components/forgot-password.js'
import { Icon, type IconName } from '../components/icon.js'
import { Page } from '../components/page.js'
import type { Admin, DeadEndReason } from '../flow/flow.js'
import { useText } from '../i18n/text.js'

const PICTURES: Record<DeadEndReason, IconName> = {
  token_unknown: 'link',
  token_used: 'link',
  token_expired: 'hourglass',
  token_revoked: 'link',
  wrong_token_kind: 'link',
  session_over: 'hourglass',
  user_disabled: 'blocked',
}

interface DeadEndProps {
  readonly reason: DeadEndReason
  readonly contact: Admin | { readonly name: string; readonly email: string } | undefined
  readonly canResetPassword: boolean
  readonly onOtherToken: () => void
}

/** Why it does not go on, and who can help. */
export function DeadEnd({ reason, contact, canResetPassword, onOtherToken }: DeadEndProps) {
  const text = useText()
  const { title, text: explanation } = text.deadEnd[reason]
  const mayHaveMistyped = reason === 'token_unknown' || reason === 'wrong_token_kind'
  return (
    <Page
      title={title}
      picture={
        <span className="medal medal-sad">
          <Icon name={PICTURES[reason]} />
        </span>
      }
    >
      <p className="lead">{explanation}</p>
      {contact ? (
        <div className="panel">
          <p>{text.deadEnd.whom}</p>
          <Contact person={contact} />
        </div>
      ) : (
        <p>{text.deadEnd.whomUnknown}</p>
      )}
      {/* Whose link is used has a password, unless the time ran out. */}
      {reason === 'token_used' && canResetPassword && <ForgotPassword />}
      {mayHaveMistyped && <Button onClick={onOtherToken}>{text.deadEnd.otherToken}</Button>}
    </Page>
  )
}
