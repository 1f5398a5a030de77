import { useState } from 'react'
import type { Refusal } from '../../api/request.js'
import { Button } from '../../components/button.js'
import { Icon } from '../../components/icon.js'
import { Notice } from '../../components/notice.js'
import { Page } from '../../components/page.js'
import { usePending } from '../../components/use-pending.js'
import { useText } from '../../i18n/text.js'

interface BeginResetProps {
  readonly instanceName: string | undefined
  readonly begin: () => Promise<Refusal | undefined>
}

/** What the mailed link opens. Nothing is sent from it before the click. */
export function BeginReset({ instanceName, begin }: BeginResetProps) {
  const text = useText()
  const [isPending, run] = usePending()
  const [hasFailed, setFailed] = useState(false)

  const onBegin = () =>
    run(async () => {
      setFailed(false)
      setFailed((await begin()) !== undefined)
    })

  return (
    <Page title={text.reset.beginTitle}>
      <p className="lead">{text.reset.beginIntro(instanceName ?? text.common.yourCompany)}</p>
      <p className="aside">
        <Icon name="clock" />
        <span>{text.landing.clock}</span>
      </p>
      {hasFailed && <Notice kind="error">{text.common.fault}</Notice>}
      <div className="choices-row">
        <Button look="primary" iconAfter="forward" isPending={isPending} onClick={onBegin}>
          {text.reset.begin}
        </Button>
      </div>
      <p className="hint">{text.reset.notYou}</p>
    </Page>
  )
}
