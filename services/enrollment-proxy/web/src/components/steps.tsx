import type { Enrolling } from '../flow/flow.js'
import { stepOf, stepsFor } from '../flow/steps.js'
import { useText } from '../i18n/text.js'
import { Icon } from './icon.js'

/** Where the person is; a picture of the way, not a menu. */
export function Steps({ flow }: { flow: Pick<Enrolling, 'page' | 'session'> }) {
  const text = useText()
  const { page, session } = flow
  const steps = stepsFor(session)
  const current = stepOf(page)
  const at = current ? steps.indexOf(current) : -1
  return (
    <section className="steps" aria-label={text.common.steps}>
      <ol>
        {steps.map((step, index) => {
          const isCurrent = step === current
          const isBehind = index < at || (session.user.enrolled && index < 3)
          const isDone = isBehind && !isCurrent
          const isOptional = step === 'vpn' && session.settings.vpn_setup_optional
          return (
            <li
              key={step}
              className={isCurrent ? 'step-current' : isDone ? 'step-done' : 'step-ahead'}
              aria-current={isCurrent ? 'step' : undefined}
            >
              <span className="step-mark" aria-hidden="true">
                {isDone ? <Icon name="check" /> : index + 1}
              </span>
              <span className="step-name">
                {text.steps[step]}
                {isDone && <span className="visually-hidden">, {text.common.stepDone}</span>}
                {isOptional && <span className="step-note">{text.common.optional}</span>}
              </span>
            </li>
          )
        })}
      </ol>
    </section>
  )
}
