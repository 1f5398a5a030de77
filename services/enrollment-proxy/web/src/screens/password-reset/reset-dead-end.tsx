import type { InstanceReply } from '../../../../src/http/contract.js'
import { Button } from '../../components/button.js'
import { Icon, type IconName } from '../../components/icon.js'
import { Page } from '../../components/page.js'
import type { ResetDeadEndReason } from '../../flow/password-reset.js'
import { useText } from '../../i18n/text.js'
import { Whom } from './whom.js'

const PICTURES: Record<ResetDeadEndReason, IconName> = {
  token_mistyped: 'link',
  token_unknown: 'link',
  token_used: 'link',
  token_expired: 'hourglass',
  token_revoked: 'link',
  wrong_token_kind: 'link',
  session_over: 'hourglass',
  user_disabled: 'blocked',
}

interface ResetDeadEndProps {
  readonly reason: ResetDeadEndReason
  readonly contact: InstanceReply['contact']
  /** Undefined where nobody can ask for one. */
  readonly onNewLink: (() => void) | undefined
}

/** Why it does not go on. Most people help themselves with a new link. */
export function ResetDeadEnd({ reason, contact, onNewLink }: ResetDeadEndProps) {
  const text = useText()
  const { title, text: explanation } = text.resetDeadEnd[reason]
  const canAskAgain = onNewLink !== undefined && reason !== 'user_disabled'
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
      {canAskAgain ? (
        <div className="choices-row">
          <Button look="primary" iconAfter="forward" onClick={onNewLink}>
            {text.reset.newLink}
          </Button>
        </div>
      ) : (
        <Whom contact={contact} />
      )}
    </Page>
  )
}
