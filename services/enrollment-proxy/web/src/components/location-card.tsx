import { useState } from 'react'
import { downloadConfig } from '../browser/download.js'
import type { ConfigFile } from '../flow/config-file.js'
import type { LocationConfig } from '../flow/flow.js'
import { useText } from '../i18n/text.js'
import { Button } from './button.js'
import { CopyButton } from './copy-button.js'
import { QrCode } from './qr-code.js'

interface LocationCardProps {
  readonly file: ConfigFile
  readonly config: LocationConfig | undefined
  /** A code without the private key in it would be of no use. */
  readonly hasQr: boolean
  readonly isOpen: boolean
}

/** One location of a device. */
export function LocationCard({ file, config, hasQr, isOpen }: LocationCardProps) {
  const text = useText()
  const [isShown, setShown] = useState(isOpen)
  return (
    <li className="location">
      <h2>
        <bdi>{file.locationName}</bdi>
      </h2>
      {config && (
        <dl className="location-facts">
          <div>
            <dt>{text.vpn.address}</dt>
            <dd>
              <bdi>{config.assigned_ip.replaceAll(',', ', ')}</bdi>
            </dd>
          </div>
          <div>
            <dt>{text.vpn.endpoint}</dt>
            <dd>
              <bdi>{config.endpoint}</bdi>
            </dd>
          </div>
        </dl>
      )}
      <div className="location-actions">
        <Button icon="download" onClick={() => downloadConfig(file)}>
          {text.vpn.download(file.fileName)}
        </Button>
        <CopyButton value={file.text} label={text.vpn.copyConfigOf(file.locationName)} />
      </div>
      {hasQr && (
        <details
          className="disclosure"
          open={isShown}
          onToggle={(event) => setShown(event.currentTarget.open)}
        >
          <summary>{text.vpn.showQr(file.locationName)}</summary>
          {isShown && (
            <div className="qr-frame">
              <QrCode value={file.text} label={text.vpn.qr(file.locationName)} />
              <p className="hint">{text.vpn.qrHint}</p>
            </div>
          )}
        </details>
      )}
    </li>
  )
}
