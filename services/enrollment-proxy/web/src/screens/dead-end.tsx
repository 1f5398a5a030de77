import { type ReactNode, useState } from 'react'
import type { InstanceReply } from '../../../src/http/contract.js'
import { Button } from '../components/button.js'
import { Contact } from '../components/contact.js'
import { ForgotPassword } from '../components/forgot-password.js'
import { Icon, type IconName } from '../components/icon.js'
import { Notice } from '../components/notice.js'
import { Page } from '../components/page.js'
import { usePending } from '../components/use-pending.js'
import { canAskForLink } from '../flow/dead-end.js'
import type { DeadEnd as DeadEndFlow, DeadEndReason } from '../flow/flow.js'
import { useText } from '../i18n/text.js'
import type { Enrollment } from '../use-enrollment.js'

const PICTURES: Record<DeadEndReason, IconName> = {
  token_unknown: 'link',
  token_used: 'link',
  token_expired: 'hourglass',
  token_revoked: 'link',
  wrong_token_kind: 'link',
  session_over: 'hourglass',
  user_disabled: 'blocked',
}

interface DeadEndProps extends Pick<Enrollment, 'dispatch' | 'askForLink'> {
  readonly flow: DeadEndFlow
  readonly instance: InstanceReply | undefined
}

/** Why it does not go on, who can help, and what the person can do themselves. */
export function DeadEnd(props: DeadEndProps) {
  const text = useText()
  const { flow, instance } = props
  const { reason, farewell } = flow
  const { title, text: explanation } = text.deadEnd[reason]
  const contact = flow.admin ?? instance?.contact
  return (
    <Page
      title={title}
      picture={
        <span className="medal medal-sad">
          <Icon name={PICTURES[reason]} />
        </span>
      }
    >
      <p className="lead">{farewell ? text.help.enrolled : explanation}</p>
      {farewell && <p>{text.help.enrolledText(farewell.login)}</p>}
      <WayOn {...props} />
      {contact ? (
        <div className="panel">
          <p>{text.deadEnd.whom}</p>
          <Contact person={contact} />
        </div>
      ) : (
        <p>{text.deadEnd.whomUnknown}</p>
      )}
      {/* Whose link is used has a password, unless the time ran out. */}
      {reason === 'token_used' && instance?.password_reset_enabled && <ForgotPassword />}
    </Page>
  )
}

function WayOn({ flow, dispatch, askForLink }: DeadEndProps): ReactNode {
  const text = useText()
  const { reason, farewell } = flow
  const mayHaveMistyped = reason === 'token_unknown' || reason === 'wrong_token_kind'
  return (
    <>
      {canAskForLink(flow) && <AskForLink flow={flow} askForLink={askForLink} />}
      {farewell && (
        <div className="choices-row">
          <Button look="primary" iconAfter="forward" onClick={() => dispatch({ type: 'forward' })}>
            {text.help.readOn}
          </Button>
        </div>
      )}
      {mayHaveMistyped && (
        <Button onClick={() => dispatch({ type: 'other_token' })}>{text.deadEnd.otherToken}</Button>
      )}
      {reason === 'user_disabled' && flow.token !== undefined && (
        <>
          <p>{text.help.tryAgainText}</p>
          <Button onClick={() => dispatch({ type: 'again' })}>{text.help.tryAgain}</Button>
        </>
      )}
    </>
  )
}

/** The same answer whatever the link was: nobody learns here whether there is such a person. */
function AskForLink({ flow, askForLink }: Pick<DeadEndProps, 'flow' | 'askForLink'>) {
  const text = useText()
  const [isPending, run] = usePending()
  const [hasFailed, setFailed] = useState(false)
  const ask = () => run(async () => setFailed((await askForLink()) !== undefined))
  if (flow.hasAskedForLink) {
    return (
      <Notice kind="success" title={text.help.asked} takesFocus>
        <p>{text.help.askedText(flow.admin?.name)}</p>
      </Notice>
    )
  }
  return (
    <>
      {hasFailed && <Notice kind="error">{text.common.fault}</Notice>}
      <div className="choices-row">
        <Button look="primary" isPending={isPending} onClick={ask}>
          {text.help.askForLink}
        </Button>
      </div>
    </>
  )
}
