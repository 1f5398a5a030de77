import { Button } from '../../components/button.js'
import { Icon } from '../../components/icon.js'
import { Page } from '../../components/page.js'
import { useText } from '../../i18n/text.js'

/** The same page whoever asked for whom. */
export function LinkAsked({ email, onBack }: { email: string; onBack: () => void }) {
  const text = useText()
  return (
    <Page
      title={text.reset.askedTitle}
      picture={
        <span className="medal">
          <Icon name="mail" />
        </span>
      }
    >
      <p className="lead">{text.reset.asked}</p>
      <dl className="facts">
        <div>
          <dt>{text.reset.askedFor}</dt>
          <dd>
            <bdi>{email}</bdi>
          </dd>
        </div>
      </dl>
      <section>
        <h2>{text.reset.noMail}</h2>
        <ul className="plain">
          <li>{text.reset.noMailWait}</li>
          <li>{text.reset.noMailAddress}</li>
        </ul>
      </section>
      <div className="choices-row">
        <Button icon="back" onClick={onBack}>
          {text.reset.otherAddress}
        </Button>
      </div>
    </Page>
  )
}
