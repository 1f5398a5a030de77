import { type ReactNode, useState } from 'react'
import type { Refusal } from '../api/request.js'
import { Button } from '../components/button.js'
import { CopyField } from '../components/copy-field.js'
import { OutsideLink } from '../components/link.js'
import { Notice } from '../components/notice.js'
import { Page } from '../components/page.js'
import { usePending } from '../components/use-pending.js'
import { deepLink } from '../flow/app-links.js'
import type { Session } from '../flow/flow.js'
import { useText } from '../i18n/text.js'

export const APP_DOWNLOAD_URL = 'https://defguard.net/download/'

interface UseAppProps {
  readonly token: string | undefined
  /** Where the app finds us. */
  readonly proxyUrl: string
  /** Undefined before "Begin": then the page cannot know what the app does. */
  readonly session: Session | undefined
  /** Nobody answers at the moment. */
  readonly isCutOff?: boolean
  readonly onBack: (() => void) | undefined
  readonly onFollow: () => Promise<Refusal | undefined>
  readonly onNext: () => void
}

/** The way through the desktop app; stays open and notices when the app is done. */
export function UseApp(props: UseAppProps) {
  const { token, proxyUrl, session, isCutOff = false, onBack, onFollow, onNext } = props
  const text = useText()
  const [deviceCount] = useState(session?.user.device_names.length ?? 0)
  const [wasEnrolled] = useState(session?.user.enrolled ?? false)
  const [isPending, run] = usePending()
  const [hasFailed, setFailed] = useState(false)
  const follow = () => run(async () => setFailed((await onFollow()) !== undefined))

  const newDevice = session?.user.device_names.slice(deviceCount).at(-1)
  const canGoOn = session?.user.enrolled ?? false
  return (
    <Page
      title={wasEnrolled ? text.useApp.titleEnrolled : text.useApp.title}
      onBack={onBack}
      next={canGoOn ? { onClick: onNext } : undefined}
    >
      <ol className="guide">
        <li>
          <h2>{text.useApp.install}</h2>
          <p>{session ? text.useApp.installTextRunning : text.useApp.installText}</p>
          <p>
            <OutsideLink href={APP_DOWNLOAD_URL}>{text.useApp.download}</OutsideLink>
          </p>
        </li>
        <li>
          <h2>{text.useApp.open}</h2>
          {token === undefined ? (
            <p>{text.useApp.tokenGone}</p>
          ) : (
            <>
              <p>{text.useApp.openText}</p>
              <p>
                <a className="button button-primary" href={deepLink(token, proxyUrl)}>
                  {text.useApp.openButton}
                </a>
              </p>
              <p>{text.useApp.byHand}</p>
              <CopyField label={text.useApp.instanceUrl} value={proxyUrl} />
              <CopyField label={text.useApp.token} value={token} />
            </>
          )}
        </li>
        <li>
          <h2>{text.useApp.follow}</h2>
          {session ? (
            <AppProgress
              user={session.user}
              wasEnrolled={wasEnrolled}
              newDevice={newDevice}
              isCutOff={isCutOff}
            />
          ) : (
            <>
              <p>{text.useApp.followText}</p>
              {hasFailed && <Notice kind="error">{text.common.fault}</Notice>}
              <Button isPending={isPending} onClick={follow}>
                {text.useApp.followButton}
              </Button>
              <p className="hint">{text.useApp.followClock}</p>
            </>
          )}
        </li>
      </ol>
    </Page>
  )
}

interface AppProgressProps {
  readonly user: Session['user']
  /** When this page was opened. */
  readonly wasEnrolled: boolean
  readonly newDevice: string | undefined
  readonly isCutOff: boolean
}

function AppProgress({ user, wasEnrolled, newDevice, isCutOff }: AppProgressProps) {
  const text = useText()
  const waitingFor = (what: string) => <Waiting>{isCutOff ? text.unreachable.title : what}</Waiting>
  if (!user.enrolled) return waitingFor(text.useApp.waiting)
  if (!wasEnrolled || newDevice !== undefined) {
    return (
      <Notice kind="success" title={wasEnrolled ? text.useApp.added : text.useApp.done}>
        {newDevice !== undefined && <p>{text.useApp.addedText(newDevice)}</p>}
        {!wasEnrolled && <p>{text.useApp.doneText}</p>}
      </Notice>
    )
  }
  // Perhaps the app was quicker than this page, perhaps it is to be added now.
  return (
    <>
      <Notice kind="success" title={text.handOver.ready}>
        {user.device_names.length > 0 && (
          <>
            <p>{text.handOver.devices}</p>
            <ul className="plain">
              {user.device_names.map((name) => (
                <li key={name}>{name}</li>
              ))}
            </ul>
          </>
        )}
      </Notice>
      {waitingFor(text.handOver.watching)}
    </>
  )
}

function Waiting({ children }: { children: ReactNode }) {
  return (
    <p className="waiting" role="status">
      <span className="spinner" aria-hidden="true" />
      <span>{children}</span>
    </p>
  )
}
