import type { Refusal } from '../../api/request.js'
import { Button } from '../../components/button.js'
import { Clock } from '../../components/clock.js'
import { Page } from '../../components/page.js'
import { PasswordForm } from '../../components/password-form.js'
import { usePending } from '../../components/use-pending.js'
import { useText } from '../../i18n/text.js'

const FORM = 'new-password-form'

interface NewPasswordProps {
  readonly endsAt: number
  readonly instanceName: string | undefined
  readonly change: (password: string) => Promise<Refusal | undefined>
}

/** The link does not say whose it is, so only core can find a person's own name in a password. */
export function NewPassword({ endsAt, instanceName, change }: NewPasswordProps) {
  const text = useText()
  const [isPending, run] = usePending()
  return (
    <Page title={text.reset.newTitle}>
      <p className="lead">{text.reset.newIntro}</p>
      <Clock endsAt={endsAt} />
      <PasswordForm id={FORM} owner={{ instanceName }} run={run} submit={change} />
      <div className="choices-row">
        <Button look="primary" form={FORM} isPending={isPending}>
          {text.reset.change}
        </Button>
      </div>
    </Page>
  )
}
