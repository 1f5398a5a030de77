import { Icon } from '../../components/icon.js'
import { Page } from '../../components/page.js'
import { useText } from '../../i18n/text.js'

/** Somebody put their invitation behind this page's address; it still starts nothing by itself. */
export function Invitation({ token }: { token: string }) {
  const text = useText()
  return (
    <Page
      title={text.reset.invitationTitle}
      picture={
        <span className="medal medal-sad">
          <Icon name="link" />
        </span>
      }
    >
      <p className="lead">{text.reset.invitation}</p>
      <div className="choices-row">
        <a className="button button-primary" href={`/#token=${encodeURIComponent(token)}`}>
          <span>{text.reset.toEnrollment}</span>
          <Icon name="forward" />
        </a>
      </div>
    </Page>
  )
}
