import { useInstance } from './branding/use-instance.js'
import { useHistoryBack } from './browser/use-history-back.js'
import { nextReset, type PasswordReset } from './flow/password-reset.js'
import { Frame } from './frame.js'
import { useText } from './i18n/text.js'
import { AskForLink } from './screens/password-reset/ask-for-link.js'
import { BeginReset } from './screens/password-reset/begin-reset.js'
import { Invitation } from './screens/password-reset/invitation.js'
import { LinkAsked } from './screens/password-reset/link-asked.js'
import { NewPassword } from './screens/password-reset/new-password.js'
import { PasswordChanged } from './screens/password-reset/password-changed.js'
import { ResetDeadEnd } from './screens/password-reset/reset-dead-end.js'
import { SwitchedOff } from './screens/password-reset/switched-off.js'
import { usePasswordReset } from './use-password-reset.js'

/** The page for people who forgot their password: `/password-reset`. */
export function PasswordResetApp({ opened }: { opened: PasswordReset }) {
  const text = useText()
  const instance = useInstance()
  const { flow, hold, dispatch, ask, begin, change, tryNow, release } = usePasswordReset(opened)
  const isOffered = instance?.password_reset_enabled ?? true

  const goBack = () => dispatch({ type: 'back' })
  useHistoryBack(flow.phase, nextReset(flow, { type: 'back' }) !== flow, goBack)

  const screen = () => {
    switch (flow.phase) {
      case 'asking':
        if (!isOffered) return <SwitchedOff contact={instance?.contact} />
        return <AskForLink email={flow.email} ask={ask} />
      case 'asked':
        return <LinkAsked email={flow.email} onBack={goBack} />
      case 'link_opened':
        return <BeginReset instanceName={instance?.name} begin={begin} />
      case 'choosing':
        return <NewPassword endsAt={flow.endsAt} instanceName={instance?.name} change={change} />
      case 'changed':
        return <PasswordChanged contact={instance?.contact} />
      case 'invitation':
        return <Invitation token={flow.token} />
      case 'dead_end':
        return (
          <ResetDeadEnd
            reason={flow.reason}
            contact={instance?.contact}
            onNewLink={isOffered ? () => dispatch({ type: 'new_link_wanted' }) : undefined}
          />
        )
    }
  }

  return (
    <Frame
      instance={instance}
      what={text.reset.what}
      hold={hold}
      onTryNow={tryNow}
      onLeaveHold={release}
    >
      {screen()}
    </Frame>
  )
}
