import type { InstanceReply } from '../../../../src/http/contract.js'
import { Icon } from '../../components/icon.js'
import { Page } from '../../components/page.js'
import { useText } from '../../i18n/text.js'
import { Whom } from './whom.js'

/** In this company passwords are not reset by mail. */
export function SwitchedOff({ contact }: { contact: InstanceReply['contact'] }) {
  const text = useText()
  return (
    <Page
      title={text.reset.offTitle}
      picture={
        <span className="medal medal-sad">
          <Icon name="blocked" />
        </span>
      }
    >
      <p className="lead">{text.reset.off}</p>
      <Whom contact={contact} />
    </Page>
  )
}
