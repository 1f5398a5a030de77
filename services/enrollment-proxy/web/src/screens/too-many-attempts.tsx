import { Button } from '../components/button.js'
import { useSecondsUntil } from '../components/clock.js'
import { Icon } from '../components/icon.js'
import { Page } from '../components/page.js'
import { useText } from '../i18n/text.js'

/** Shown over the step that was refused; says when to come back (`until` in milliseconds). */
export function TooManyAttempts({ until, onBack }: { until: number; onBack: () => void }) {
  const text = useText()
  const seconds = useSecondsUntil(until)
  return (
    <Page
      title={text.tooMany.title}
      picture={
        <span className="medal medal-sad">
          <Icon name="hourglass" />
        </span>
      }
    >
      <p className="lead">{text.tooMany.text}</p>
      {seconds > 0 ? (
        <p>{text.tooMany.wait(seconds)}</p>
      ) : (
        <>
          <p role="status">{text.tooMany.ready}</p>
          <Button look="primary" onClick={onBack}>
            {text.tooMany.back}
          </Button>
        </>
      )}
    </Page>
  )
}
