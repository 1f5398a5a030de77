import { downloadAll } from '../browser/download.js'
import { configFiles } from '../flow/config-file.js'
import type { AddedDevice } from '../flow/flow.js'
import { useText } from '../i18n/text.js'
import { Button } from './button.js'
import { OutsideLink } from './link.js'
import { LocationCard } from './location-card.js'
import { Notice } from './notice.js'
import { Page } from './page.js'

const WIREGUARD_URL = 'https://www.wireguard.com/install/'

interface DeviceAddedProps {
  readonly device: AddedDevice
  readonly eyebrow?: string
  readonly onBack?: (() => void) | undefined
  readonly onNext: () => void
  /** Undefined once the time is up: this device is the last. */
  readonly onAnother: (() => void) | undefined
}

/** The configurations of the device just made: to scan, to copy and to download. */
export function DeviceAdded({ device, eyebrow, onBack, onNext, onAnother }: DeviceAddedProps) {
  const text = useText()
  const { name, configs, privateKey } = device
  const files = configFiles(configs, privateKey)
  const hasFiles = files.length > 0
  return (
    <Page
      key={name}
      title={hasFiles ? text.vpn.titleAdded(name) : text.vpn.noLocations}
      eyebrow={eyebrow}
      onBack={onBack}
      next={{ onClick: onNext }}
    >
      {!onAnother && (
        <Notice kind="info" title={text.help.late}>
          {hasFiles && <p>{text.help.lateText}</p>}
        </Notice>
      )}
      {!hasFiles && <p className="lead">{text.vpn.noLocationsText}</p>}
      {hasFiles && (
        <>
          <p className="lead">{text.vpn.introAdded(files.length)}</p>
          {privateKey ? (
            <Notice kind="warning" title={text.vpn.warning}>
              <p>{text.vpn.warningText}</p>
            </Notice>
          ) : (
            <Notice kind="info">{text.vpn.ownKeyText}</Notice>
          )}
          {files.length > 1 && (
            <Button icon="download" onClick={() => downloadAll('wireguard.zip', files)}>
              {text.vpn.downloadAll}
            </Button>
          )}
          <ul className="locations">
            {files.map((file, index) => (
              <LocationCard
                key={file.locationId}
                file={file}
                config={configs[index]}
                hasQr={privateKey !== undefined}
                isOpen={index === 0}
              />
            ))}
          </ul>
        </>
      )}
      <div className="footnotes">
        {hasFiles && (
          <p className="hint">
            {text.vpn.wireguard}{' '}
            <OutsideLink href={WIREGUARD_URL}>{text.vpn.wireguardLink}</OutsideLink>
          </p>
        )}
        {onAnother && (
          <Button look="quiet" onClick={onAnother}>
            {text.vpn.another}
          </Button>
        )}
      </div>
    </Page>
  )
}
