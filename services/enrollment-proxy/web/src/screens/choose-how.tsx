import { Page } from '../components/page.js'
import { type Way, Ways } from '../components/ways.js'
import type { How, Session } from '../flow/flow.js'
import { isMobile, type Platform } from '../flow/platform.js'
import { useText } from '../i18n/text.js'

interface ChooseHowProps {
  /** Undefined before "Begin". */
  readonly session: Session | undefined
  readonly platform: Platform
  readonly onBack: (() => void) | undefined
  readonly onChoose: (how: How) => void
}

/** In this browser, or with the app; reached before "Begin" as well, so that installing costs no time. */
export function ChooseHow({ session, platform, onBack, onChoose }: ChooseHowProps) {
  const text = useText()
  const suggested: How = isMobile(platform) ? 'browser' : 'app'
  const isEnrolled = session?.user.enrolled ?? false
  const ways: readonly Way<How>[] = [
    {
      name: 'browser',
      icon: 'browser',
      label: text.choose.browser,
      detail: browserDetail(text, session),
    },
    {
      name: 'app',
      icon: 'computer',
      label: text.choose.app,
      detail: isMobile(platform) && !isEnrolled ? text.choose.appMobile : text.choose.appDetail,
    },
  ]
  const inOrder = suggested === 'app' ? ways.toReversed() : ways
  return (
    <Page
      title={
        isEnrolled ? text.choose.titleEnrolled(session?.user.first_name ?? '') : text.choose.title
      }
      onBack={onBack}
    >
      <p className="lead">{isEnrolled ? text.choose.introEnrolled : text.choose.intro}</p>
      <Ways ways={inOrder} suggested={suggested} onChoose={onChoose} />
    </Page>
  )
}

function browserDetail(text: ReturnType<typeof useText>, session: Session | undefined): string {
  if (session?.user.enrolled) return text.choose.browserEnrolled
  return session?.settings.only_client_activation
    ? text.choose.browserPlain
    : text.choose.browserDetail
}
