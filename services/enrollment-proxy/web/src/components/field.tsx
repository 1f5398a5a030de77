import type { ComponentProps } from 'react'
import { FieldFrame, type FieldTexts } from './field-frame.js'

interface FieldProps
  extends FieldTexts,
    Pick<
      ComponentProps<'input'>,
      | 'type'
      | 'autoComplete'
      | 'inputMode'
      | 'readOnly'
      | 'spellCheck'
      | 'maxLength'
      | 'ref'
      | 'name'
    > {
  readonly value: string
  readonly onChange?: (value: string) => void
  readonly isCode?: boolean
}

/** A line of text. */
export function Field({
  label,
  hint,
  error,
  describedBy,
  value,
  onChange,
  isCode,
  ...input
}: FieldProps) {
  return (
    <FieldFrame label={label} hint={hint} error={error} describedBy={describedBy}>
      {(ties) => (
        <input
          {...input}
          {...ties}
          className={isCode ? 'code' : undefined}
          dir={isCode ? 'ltr' : 'auto'}
          value={value}
          onChange={(event) => onChange?.(event.target.value)}
        />
      )}
    </FieldFrame>
  )
}
