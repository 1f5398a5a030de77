import { Button } from '../components/button.js'
import { Page } from '../components/page.js'
import { useText } from '../i18n/text.js'

/** A part of the page could not be loaded, or the server had a fault while it came back. */
export function Broken() {
  const text = useText()
  return (
    <Page title={text.broken.title}>
      <p className="lead">{text.broken.text}</p>
      <Button look="primary" onClick={() => location.reload()}>
        {text.broken.reload}
      </Button>
    </Page>
  )
}
