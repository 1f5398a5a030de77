import type { ReactNode } from 'react'
import { Icon } from './icon.js'

interface NoticeProps {
  readonly kind: 'info' | 'success' | 'warning' | 'error'
  readonly title?: string
  readonly children?: ReactNode
}

const ICONS = { info: 'info', success: 'check', warning: 'alert', error: 'alert' } as const

/** An error interrupts a screen reader, anything else waits its turn. */
export function Notice({ kind, title, children }: NoticeProps) {
  return (
    <div className={`notice notice-${kind}`} role={kind === 'error' ? 'alert' : 'status'}>
      <Icon name={ICONS[kind]} />
      <div>
        {title && <p className="notice-title">{title}</p>}
        {children && <div>{children}</div>}
      </div>
    </div>
  )
}
