import { type ReactNode, useContext, useEffect, useRef } from 'react'
import { useText } from '../i18n/text.js'
import { Button } from './button.js'
import { PageContext } from './page-context.js'

export interface NextButton {
  readonly label?: string
  readonly form?: string
  readonly onClick?: () => void
  readonly isPending?: boolean
  /** Secondary where the card has a button that matters more. */
  readonly look?: 'primary' | 'secondary'
}

interface PageProps {
  readonly title: string
  /** "Step 2 of 5 · Data verification" */
  readonly eyebrow?: string | undefined
  readonly picture?: ReactNode
  readonly onBack?: (() => void) | undefined
  readonly next?: NextButton | undefined
  readonly children: ReactNode
}

/**
 * The one card in the middle with Back and Next. The buttons come after the card for the keyboard
 * and for screen readers; wide screens show them above it.
 */
export function Page({ title, eyebrow, picture, onBack, next, children }: PageProps) {
  const text = useText()
  const heading = useArrival(title)
  return (
    <div className="page">
      <article className="card">
        {picture}
        {eyebrow && <p className="eyebrow">{eyebrow}</p>}
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {children}
      </article>
      {(onBack || next) && (
        <div className="actions">
          {onBack && (
            <Button icon="back" onClick={onBack}>
              {text.common.back}
            </Button>
          )}
          {next && (
            <Button
              look={next.look ?? 'primary'}
              iconAfter="forward"
              form={next.form}
              isPending={next.isPending ?? false}
              onClick={next.onClick}
            >
              {next.label ?? text.common.next}
            </Button>
          )}
        </div>
      )}
    </div>
  )
}

/**
 * A new page is announced by its heading, which takes the focus, unless a field in need of correction
 * has it already; the first page of all leaves it where it is.
 */
function useArrival(title: string) {
  const heading = useRef<HTMLHeadingElement>(null)
  const { instanceName, hasArrived, isCovered } = useContext(PageContext)
  const text = useText()

  useEffect(() => {
    if (isCovered) return
    document.title = instanceName ? text.common.pageTitle(title, instanceName) : title
  }, [title, instanceName, isCovered, text])

  useEffect(() => {
    const isTaken = heading.current?.closest('article')?.contains(document.activeElement)
    if (hasArrived.current && !isTaken) {
      heading.current?.focus({ preventScroll: true })
      scrollTo({ top: 0 })
    }
    hasArrived.current = true
  }, [hasArrived])

  return heading
}
