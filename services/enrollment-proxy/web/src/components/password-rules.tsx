import type { PasswordRules as Rules } from '../flow/password.js'
import { useText } from '../i18n/text.js'
import { Icon } from './icon.js'

interface PasswordRulesProps {
  readonly id: string
  readonly rules: Rules
  readonly isTyped: boolean
  readonly isSame: boolean
}

/** What the password needs, ticked off while it is typed. */
export function PasswordRules({ id, rules, isTyped, isSame }: PasswordRulesProps) {
  const text = useText()
  const items = [
    [text.password.ruleLength, rules.isLongEnough],
    [text.password.rulePersonal, isTyped && rules.isImpersonal],
    [text.password.ruleSame, isSame],
    ...(rules.isShortEnough ? [] : [[text.password.ruleMaximum, false] as const]),
  ] as const
  return (
    <div id={id} className="rules">
      <p className="rules-title">{text.password.rules}</p>
      <ul>
        {items.map(([rule, isMet]) => (
          <li key={rule} className={isMet ? 'rule-met' : ''}>
            {isMet ? <Icon name="check" /> : <span className="rule-dot" aria-hidden="true" />}
            <span>
              {rule}
              <span className="visually-hidden">
                , {isMet ? text.password.ruleMet : text.password.ruleUnmet}
              </span>
            </span>
          </li>
        ))}
      </ul>
    </div>
  )
}
