import { useText } from '../i18n/text.js'
import { Icon, type IconName } from './icon.js'

export interface Way<Name extends string> {
  readonly name: Name
  readonly icon: IconName
  readonly label: string
  readonly detail: string
}

interface WaysProps<Name extends string> {
  /** In the order to show. */
  readonly ways: readonly Way<Name>[]
  readonly suggested: Name
  readonly onChoose: (name: Name) => void
}

/** Ways to go on, one of which is suggested. */
export function Ways<Name extends string>({ ways, suggested, onChoose }: WaysProps<Name>) {
  const text = useText()
  return (
    <div className="ways">
      {ways.map(({ name, icon, label, detail }) => (
        <button key={name} type="button" className="way" onClick={() => onChoose(name)}>
          <Icon name={icon} />
          <span className="way-text">
            <span className="way-name">
              {label}
              {name === suggested && <span className="badge">{text.choose.suggested}</span>}
            </span>
            <span className="way-detail">{detail}</span>
          </span>
          <Icon name="forward" />
        </button>
      ))}
    </div>
  )
}
