import { useText } from '../i18n/text.js'
import { CopyButton } from './copy-button.js'
import { Field } from './field.js'

/** A value to take along, to read and to copy. */
export function CopyField({ label, value }: { label: string; value: string }) {
  const text = useText()
  return (
    <div className="copy-field">
      <Field label={label} value={value} readOnly isCode />
      <CopyButton value={value} label={`${text.common.copy}: ${label}`} />
    </div>
  )
}
