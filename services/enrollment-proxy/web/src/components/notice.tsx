import { type ReactNode, useEffect, useRef } from 'react'
import { Icon } from './icon.js'

interface NoticeProps {
  readonly kind: 'info' | 'success' | 'warning' | 'error'
  readonly title?: string
  readonly children?: ReactNode
  /** In the place of a button that had the focus and is gone. */
  readonly takesFocus?: boolean
}

const ICONS = { info: 'info', success: 'check', warning: 'alert', error: 'alert' } as const

/** An error interrupts a screen reader, anything else waits its turn. */
export function Notice({ kind, title, children, takesFocus = false }: NoticeProps) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (takesFocus) box.current?.focus()
  }, [takesFocus])
  return (
    <div
      ref={box}
      className={`notice notice-${kind}`}
      role={kind === 'error' ? 'alert' : 'status'}
      tabIndex={takesFocus ? -1 : undefined}
    >
      <Icon name={ICONS[kind]} />
      <div>
        {title && <p className="notice-title">{title}</p>}
        {children && <div>{children}</div>}
      </div>
    </div>
  )
}
