import { type ComponentProps, useId } from 'react'

interface FieldProps
  extends Pick<
    ComponentProps<'input'>,
    'type' | 'autoComplete' | 'inputMode' | 'readOnly' | 'spellCheck' | 'maxLength' | 'ref' | 'name'
  > {
  readonly label: string
  readonly value: string
  readonly onChange?: (value: string) => void
  readonly hint?: string
  readonly error?: string | undefined
  readonly isCode?: boolean
  readonly describedBy?: string
}

/** A labelled line of text; hint and error are tied to it, and an error is announced. */
export function Field({
  label,
  value,
  onChange,
  hint,
  error,
  isCode,
  describedBy,
  ...input
}: FieldProps) {
  const id = useId()
  const descriptions = [hint && `${id}-hint`, error && `${id}-error`, describedBy].filter(Boolean)
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        {...input}
        id={id}
        className={isCode ? 'code' : undefined}
        value={value}
        onChange={(event) => onChange?.(event.target.value)}
        aria-invalid={error ? true : undefined}
        aria-describedby={descriptions.join(' ') || undefined}
      />
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
