import { type ReactNode, useId } from 'react'

/** What ties a control to its label, hint and error. */
export interface FieldTies {
  readonly id: string
  readonly 'aria-invalid': true | undefined
  readonly 'aria-describedby': string | undefined
}

export interface FieldTexts {
  readonly label: string
  readonly hint?: string | undefined
  readonly error?: string | undefined
  /** Of something else on the page that explains the field. */
  readonly describedBy?: string | undefined
}

/** A labelled control with its hint; an error is announced. */
export function FieldFrame({
  label,
  hint,
  error,
  describedBy,
  children,
}: FieldTexts & { children: (ties: FieldTies) => ReactNode }) {
  const id = useId()
  const descriptions = [hint && `${id}-hint`, error && `${id}-error`, describedBy].filter(Boolean)
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        'aria-invalid': error ? true : undefined,
        'aria-describedby': descriptions.join(' ') || undefined,
      })}
      {hint && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      <p className="error" id={`${id}-error`} role="alert" hidden={!error}>
        {error}
      </p>
    </div>
  )
}
