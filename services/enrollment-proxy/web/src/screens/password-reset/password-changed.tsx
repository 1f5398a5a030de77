import type { InstanceReply } from '../../../../src/http/contract.js'
import { Contact } from '../../components/contact.js'
import { Icon } from '../../components/icon.js'
import { Page } from '../../components/page.js'
import { useText } from '../../i18n/text.js'

/** The end of it; nothing of it is kept in the tab. */
export function PasswordChanged({ contact }: { contact: InstanceReply['contact'] }) {
  const text = useText()
  return (
    <Page
      title={text.reset.changedTitle}
      picture={
        <span className="medal">
          <Icon name="check" />
        </span>
      }
    >
      <p className="lead">{text.reset.changed}</p>
      <section>
        <h2>{text.finish.whatNext}</h2>
        <ul className="plain">
          <li>{text.reset.changedSignIn}</li>
          <li>{text.reset.changedDevices}</li>
          <li>{text.reset.changedClose}</li>
        </ul>
      </section>
      {contact && (
        <section>
          <h2>{text.finish.questions}</h2>
          <Contact person={contact} />
        </section>
      )}
    </Page>
  )
}
