import type { ReactNode } from 'react'
import { Icon, type IconName } from './icon.js'

interface ButtonProps {
  readonly children: ReactNode
  readonly look?: 'primary' | 'secondary' | 'quiet'
  readonly icon?: IconName
  readonly iconAfter?: IconName
  readonly isPending?: boolean
  /** The id of the form it submits, wherever the button stands. */
  readonly form?: string | undefined
  readonly onClick?: (() => void) | undefined
}

/** Stays focusable while it waits, so that the focus is not lost; a click then does nothing. */
export function Button({
  children,
  look = 'secondary',
  icon,
  iconAfter,
  isPending = false,
  form,
  onClick,
}: ButtonProps) {
  return (
    <button
      type={form === undefined ? 'button' : 'submit'}
      form={form}
      className={`button button-${look}`}
      aria-disabled={isPending}
      aria-busy={isPending}
      onClick={(event) => {
        // The second half of a double click is not meant for the page that the first has opened.
        if (isPending || event.detail > 1) event.preventDefault()
        else onClick?.()
      }}
    >
      {isPending ? <span className="spinner" aria-hidden="true" /> : icon && <Icon name={icon} />}
      <span>{children}</span>
      {iconAfter && !isPending && <Icon name={iconAfter} />}
    </button>
  )
}
