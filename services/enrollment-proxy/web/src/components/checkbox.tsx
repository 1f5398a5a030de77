import { type Ref, useId } from 'react'

interface CheckboxProps {
  readonly label: string
  readonly hint?: string
  readonly error?: string | undefined
  readonly isChecked: boolean
  readonly onChange: (isChecked: boolean) => void
  readonly ref?: Ref<HTMLInputElement>
}

/** A box to tick; hint and error are tied to it, and an error is announced. */
export function Checkbox({ label, hint, error, isChecked, onChange, ref }: CheckboxProps) {
  const id = useId()
  const descriptions = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean)
  return (
    <div className={isChecked ? 'option option-chosen' : 'option'}>
      <label>
        <input
          ref={ref}
          type="checkbox"
          checked={isChecked}
          onChange={(event) => onChange(event.target.checked)}
          aria-invalid={error ? true : undefined}
          aria-describedby={descriptions.join(' ') || undefined}
        />
        <span>{label}</span>
      </label>
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
