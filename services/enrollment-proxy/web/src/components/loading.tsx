import { useText } from '../i18n/text.js'

export function Loading() {
  const text = useText()
  return (
    <p className="loading" role="status">
      <span className="spinner" aria-hidden="true" />
      <span>{text.common.loading}</span>
    </p>
  )
}
