import { useText } from '../i18n/text.js'
import { CopyButton } from './copy-button.js'
import { Field } from './field.js'
import { TextArea } from './text-area.js'

interface CopyFieldProps {
  readonly label: string
  readonly value: string
  /** Where it is easier to read in another form. */
  readonly shown?: string
  /** Too long for one line of a phone, and to be read. */
  readonly isLong?: boolean
}

/** A value to take along, to read and to copy. */
export function CopyField({ label, value, shown = value, isLong = false }: CopyFieldProps) {
  const text = useText()
  return (
    <div className="copy-field">
      {isLong ? (
        <TextArea label={label} value={shown} rows={2} readOnly isCode />
      ) : (
        <Field label={label} value={shown} readOnly isCode />
      )}
      <CopyButton value={value} label={`${text.common.copy}: ${label}`} />
    </div>
  )
}
