import type { InstanceReply } from '../../../../src/http/contract.js'
import { Contact } from '../../components/contact.js'
import { useText } from '../../i18n/text.js'

/** Who helps where the page cannot. */
export function Whom({ contact }: { contact: InstanceReply['contact'] }) {
  const text = useText()
  if (!contact) return <p>{text.reset.whomUnknown}</p>
  return (
    <div className="panel">
      <p>{text.deadEnd.whom}</p>
      <Contact person={contact} />
    </div>
  )
}
