import type { ReactNode } from 'react'
import { useText } from '../i18n/text.js'

/** A link to another site, which learns nothing of this page. */
export function OutsideLink({ href, children }: { href: string; children: ReactNode }) {
  const text = useText()
  return (
    <a href={href} target="_blank" rel="noopener noreferrer">
      {children}
      <span className="visually-hidden"> {text.common.opensInNewTab}</span>
    </a>
  )
}
