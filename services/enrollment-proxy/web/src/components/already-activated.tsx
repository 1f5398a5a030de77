import type { Enrolling } from '../flow/flow.js'
import { useText } from '../i18n/text.js'
import { Notice } from './notice.js'

/** Another window, or the app, was quicker with the password: the person must know which one counts. */
export function AlreadyActivated({ flow }: { flow: Enrolling }) {
  const text = useText()
  if (flow.notice !== 'already_activated') return null
  return <Notice kind="warning">{text.password.alreadyActivated}</Notice>
}
