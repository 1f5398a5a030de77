import { type PasswordOwner, strengthOf } from '../flow/password.js'
import { useText } from '../i18n/text.js'

const LEVELS = ['weak', 'fair', 'good', 'strong'] as const

/** Encourages a longer password; what is accepted is another matter. */
export function StrengthMeter({ password, owner }: { password: string; owner: PasswordOwner }) {
  const text = useText()
  const strength = password ? strengthOf(password, owner) : undefined
  const level = strength ? LEVELS.indexOf(strength) + 1 : 0
  return (
    <div className={`strength strength-${level}`}>
      <div className="strength-bars" aria-hidden="true">
        {LEVELS.map((name, index) => (
          <span key={name} className={index < level ? 'strength-on' : ''} />
        ))}
      </div>
      <p className="hint">
        {strength ? text.password.strength[strength] : text.password.noStrength}
      </p>
    </div>
  )
}
