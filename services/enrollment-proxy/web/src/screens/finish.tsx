import { AlreadyActivated } from '../components/already-activated.js'
import { Button } from '../components/button.js'
import { Contact } from '../components/contact.js'
import { CopyField } from '../components/copy-field.js'
import { Icon } from '../components/icon.js'
import { OutsideLink } from '../components/link.js'
import { Markdown } from '../components/markdown.js'
import { Page } from '../components/page.js'
import { QrCode } from '../components/qr-code.js'
import { deepLink, mobileQrText } from '../flow/app-links.js'
import type { Enrolling, Farewell } from '../flow/flow.js'
import { canAddDevices } from '../flow/steps.js'
import { useText } from '../i18n/text.js'
import { APP_DOWNLOAD_URL } from './use-app.js'

interface FinishProps {
  readonly farewell: Farewell
  /** While the session lives: more devices can be brought in. */
  readonly flow?: Enrolling | undefined
  readonly eyebrow?: string | undefined
  readonly onBack?: (() => void) | undefined
  /** Where the browser may add devices. */
  readonly onDeviceAgain?: (() => void) | undefined
}

/** Step 5: what the company has to say, and what comes next. Readable after the deadline too. */
export function Finish({ farewell, flow, eyebrow, onBack, onDeviceAgain }: FinishProps) {
  const text = useText()
  const { firstName, login, instanceName, message, admin, deviceName } = farewell
  return (
    <Page
      title={text.finish.title(firstName)}
      eyebrow={eyebrow}
      onBack={onBack}
      picture={
        <span className="medal">
          <Icon name="check" />
        </span>
      }
    >
      {flow && <AlreadyActivated flow={flow} />}
      <p className="lead">{text.finish.subtitle}</p>
      {message.trim() && (
        <section className="panel" aria-label={text.finish.message(instanceName)}>
          <h2 className="message-title">{text.finish.message(instanceName)}</h2>
          <Markdown source={message} />
        </section>
      )}
      <section>
        <h2>{text.finish.whatNext}</h2>
        <ul className="plain">
          {deviceName && (
            <li>
              {text.finish.connect(deviceName)}
              {flow?.lostDevice && onDeviceAgain && <LostDevice onAgain={onDeviceAgain} />}
            </li>
          )}
          <li>{text.finish.login(login)}</li>
        </ul>
      </section>
      {flow && canAddDevices(flow.session) && <Apps flow={flow} />}
      {/* As long as the session lives, the admin stands at the side. */}
      {!flow && (
        <section>
          <h2>{text.finish.questions}</h2>
          <Contact person={admin} />
        </section>
      )}
    </Page>
  )
}

/** A reload has taken the key, unless the configuration was saved before. */
function LostDevice({ onAgain }: { onAgain: () => void }) {
  const text = useText()
  return (
    <div className="footnotes">
      <p className="hint">
        {text.lostDevice.notSaved} {text.lostDevice.remove}
      </p>
      <Button look="quiet" onClick={onAgain}>
        {text.lostDevice.again}
      </Button>
    </div>
  )
}

function Apps({ flow }: { flow: Enrolling }) {
  const text = useText()
  const { token, session } = flow
  const { proxy_url: url } = session.instance
  if (token === undefined) return <p className="hint">{text.finish.openLinkAgain}</p>
  return (
    <section>
      <h2>{text.finish.apps}</h2>
      <p>
        {text.finish.appsText}{' '}
        <OutsideLink href={APP_DOWNLOAD_URL}>{text.finish.getApp}</OutsideLink>
      </p>
      <div className="apps">
        <div className="app">
          <h3>{text.finish.computer}</h3>
          <p>{text.finish.computerText}</p>
          <a className="button button-secondary" href={deepLink(token, url)}>
            <Icon name="computer" />
            <span>{text.finish.openApp}</span>
          </a>
        </div>
        <div className="app">
          <h3>{text.finish.phone}</h3>
          <p>{text.finish.phoneText}</p>
          <QrCode value={mobileQrText(token, url)} label={text.finish.qr} />
        </div>
      </div>
      <details className="disclosure">
        <summary>{text.finish.byHand}</summary>
        <CopyField label={text.useApp.instanceUrl} value={url} />
        <CopyField label={text.useApp.token} value={token} />
      </details>
    </section>
  )
}
