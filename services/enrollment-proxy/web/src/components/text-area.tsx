import type { ComponentProps } from 'react'
import { FieldFrame, type FieldTexts } from './field-frame.js'

interface TextAreaProps
  extends FieldTexts,
    Pick<ComponentProps<'textarea'>, 'ref' | 'rows' | 'readOnly'> {
  readonly value: string
  readonly onChange?: (value: string) => void
  readonly isCode?: boolean
}

/** Several lines of text. */
export function TextArea({
  label,
  hint,
  error,
  describedBy,
  value,
  onChange,
  isCode,
  ...area
}: TextAreaProps) {
  return (
    <FieldFrame label={label} hint={hint} error={error} describedBy={describedBy}>
      {(ties) => (
        <textarea
          {...area}
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
