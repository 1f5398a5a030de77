import { Button } from '../components/button.js'
import { CopyField } from '../components/copy-field.js'
import { Icon } from '../components/icon.js'
import { Page } from '../components/page.js'
import { networkDeviceCommand } from '../flow/app-links.js'
import type { OtherLink as OtherLinkFlow } from '../flow/flow.js'
import { useText } from '../i18n/text.js'

interface OtherLinkProps {
  readonly flow: OtherLinkFlow
  /** Where the command line client finds us. */
  readonly proxyUrl: string
  readonly onOtherToken: () => void
}

/** A link that is real and leads elsewhere; nothing was sent. */
export function OtherLink({ flow, proxyUrl, onOtherToken }: OtherLinkProps) {
  const text = useText()
  const { purpose, token } = flow
  const isReset = purpose === 'password_reset'
  return (
    <Page
      title={isReset ? text.otherLink.resetTitle : text.otherLink.deviceTitle}
      picture={
        <span className="medal medal-sad">
          <Icon name={isReset ? 'link' : 'computer'} />
        </span>
      }
    >
      <p className="lead">{isReset ? text.otherLink.reset : text.otherLink.device}</p>
      {isReset ? (
        <div className="choices-row">
          <a
            className="button button-primary"
            href={`/password-reset#token=${encodeURIComponent(token)}`}
          >
            <span>{text.otherLink.toReset}</span>
            <Icon name="forward" />
          </a>
        </div>
      ) : (
        <>
          <CopyField
            label={text.otherLink.command}
            value={networkDeviceCommand(token, proxyUrl)}
            isLong
          />
          <p className="hint">{text.otherLink.deviceHint}</p>
        </>
      )}
      <div className="footnotes">
        <Button look="quiet" onClick={onOtherToken}>
          {text.otherLink.enterOther}
        </Button>
      </div>
    </Page>
  )
}
