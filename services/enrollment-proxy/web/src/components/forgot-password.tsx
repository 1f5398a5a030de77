import { useText } from '../i18n/text.js'

/** The way to the other page of this site, for those who have an account already. */
export function ForgotPassword() {
  const text = useText()
  return (
    <p className="hint">
      {text.landing.haveAccount} <a href="/password-reset">{text.landing.forgotPassword}</a>
    </p>
  )
}
