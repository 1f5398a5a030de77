import type { InstanceReply } from '../../../src/http/contract.js'

interface BrandProps {
  readonly name: string | undefined
  readonly what: string
  readonly logo: InstanceReply['logo']
}

/** The company's logo, else the first letter of its name. */
export function Brand({ name, what, logo }: BrandProps) {
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
        <p className="brand-name">
          <bdi>{name ?? '\u00a0'}</bdi>
        </p>
        <p className="brand-what">{what}</p>
      </div>
    </div>
  )
}
