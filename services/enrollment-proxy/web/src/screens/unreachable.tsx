import { Button } from '../components/button.js'
import { Icon } from '../components/icon.js'
import { Page } from '../components/page.js'
import { useText } from '../i18n/text.js'

/** Shown over the step that waits, which keeps all that was typed. */
export function Unreachable({ onTryNow }: { onTryNow: () => void }) {
  const text = useText()
  return (
    <Page
      title={text.unreachable.title}
      picture={
        <span className="medal medal-sad">
          <Icon name="offline" />
        </span>
      }
    >
      <p className="lead" role="status">
        {text.unreachable.text}
      </p>
      <p className="waiting">
        <span className="spinner" aria-hidden="true" />
        <Button onClick={onTryNow}>{text.unreachable.tryNow}</Button>
      </p>
    </Page>
  )
}
