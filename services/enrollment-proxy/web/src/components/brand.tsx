import type { InstanceReply } from '../../../src/http/contract.js'
import { useText } from '../i18n/text.js'

interface BrandProps {
  readonly name: string | undefined
  readonly logo: InstanceReply['logo']
}

/** The company's logo, else the first letter of its name. */
export function Brand({ name, logo }: BrandProps) {
  const text = useText()
  const isOwnImage = logo?.startsWith('data:image/') || logo?.startsWith('/')
  const initial = [...(name ?? '')][0]?.toUpperCase()
  return (
    <div className="brand">
      {isOwnImage ? (
        <img className="brand-logo" src={logo} alt="" />
      ) : (
        <span className="brand-initial" aria-hidden="true">
          {initial}
        </span>
      )}
      <div>
        <p className="brand-name">{name ?? '\u00a0'}</p>
        <p className="brand-what">{text.common.enrollment}</p>
      </div>
    </div>
  )
}
