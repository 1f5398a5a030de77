import { type Dispatch, type SubmitEvent, useEffect, useRef, useState } from 'react'
import type { InstanceReply } from '../../../src/http/contract.js'
import type { Refusal } from '../api/request.js'
import { Button } from '../components/button.js'
import { Field } from '../components/field.js'
import { Icon } from '../components/icon.js'
import { Notice } from '../components/notice.js'
import { Page } from '../components/page.js'
import { usePending } from '../components/use-pending.js'
import { judgeToken } from '../crypto/token-checksum.js'
import type { Invited } from '../flow/flow.js'
import { tokenInText } from '../flow/link-token.js'
import type { FlowEvent } from '../flow/next.js'
import type { Messages } from '../i18n/en.js'
import { useText } from '../i18n/text.js'

interface LandingProps {
  readonly flow: Invited
  readonly instance: InstanceReply | undefined
  readonly dispatch: Dispatch<FlowEvent>
  readonly begin: () => Promise<Refusal | undefined>
}

/** The first page. Nothing is sent from it before the click on "Begin". */
export function Landing({ flow, ...props }: LandingProps) {
  const kind = judgeToken(flow.token ?? '')
  if (flow.token === undefined || kind === 'mistyped') {
    return <Home {...props} given={flow.token ?? ''} />
  }
  return <Invitation {...props} isForDevice={kind === 'desktop_activation'} />
}

type InvitationProps = Omit<LandingProps, 'flow'> & {
  /** For somebody who has an account. */
  readonly isForDevice: boolean
}

function Invitation({ instance, dispatch, begin, isForDevice }: InvitationProps) {
  const text = useText()
  const [isPending, run] = usePending()
  const [hasFailed, setFailed] = useState(false)

  const onBegin = () =>
    run(async () => {
      setFailed(false)
      setFailed((await begin()) !== undefined)
    })

  return (
    <Page title={titleOf(text, instance?.name, isForDevice)}>
      {isForDevice ? (
        <p className="lead">{text.home.connectText}</p>
      ) : (
        <>
          <p className="lead">{text.landing.whatHappens}</p>
          <ol className="outline">
            <li>{text.landing.stepData}</li>
            <li>{text.landing.stepPassword}</li>
            <li>{text.landing.stepVpn}</li>
          </ol>
        </>
      )}
      <p className="aside">
        <Icon name="clock" />
        <span>{text.landing.clock}</span>
      </p>
      {hasFailed && <Notice kind="error">{text.common.fault}</Notice>}
      <div className="choices-row">
        <Button look="primary" iconAfter="forward" isPending={isPending} onClick={onBegin}>
          {text.landing.begin}
        </Button>
        <Button look="quiet" onClick={() => dispatch({ type: 'app_considered' })}>
          {text.landing.useApp}
        </Button>
      </div>
    </Page>
  )
}

function titleOf(text: Messages, instance: string | undefined, isForDevice: boolean): string {
  const { home, landing } = text
  if (isForDevice) return instance ? home.connectTitle(instance) : home.connectTitleUnnamed
  return instance ? landing.invited(instance) : landing.invitedUnnamed
}

type HomeProps = Pick<LandingProps, 'instance' | 'dispatch'> & { readonly given: string }

/** Without a link that can be used: what people come for. */
function Home({ instance, dispatch, given }: HomeProps) {
  const text = useText()
  return (
    <Page title={text.landing.title(instance?.name ?? text.common.yourCompany)}>
      <p className="lead">{text.home.intro}</p>
      <section className="choice">
        <h2>{text.home.enroll}</h2>
        <p>{text.landing.paste}</p>
        <TokenForm dispatch={dispatch} given={given} />
      </section>
      {instance?.password_reset_enabled && (
        <section className="choice">
          <h2>{text.home.reset}</h2>
          <p>{text.home.resetText}</p>
          <div className="choices-row">
            <a className="button button-secondary" href="/password-reset">
              {text.home.reset}
            </a>
          </div>
        </section>
      )}
    </Page>
  )
}

function TokenForm({ dispatch, given }: Omit<HomeProps, 'instance'>) {
  const text = useText()
  const [typed, setTyped] = useState(given)
  const [problem, setProblem] = useState<keyof typeof errors | undefined>(
    given ? 'mistyped' : undefined,
  )
  const input = useRef<HTMLInputElement>(null)
  const errors = {
    enrollment: undefined,
    desktop_activation: undefined,
    // These two have pages of their own.
    password_reset: undefined,
    network_device: undefined,
    missing: text.landing.tokenMissing,
    mistyped: text.landing.tokenMistyped,
    other_kind: text.landing.tokenOtherKind,
    foreign: text.landing.tokenForeign,
  }

  useEffect(() => {
    if (problem) input.current?.focus()
  }, [problem])

  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const token = tokenInText(typed)
    const found = token ? judgeToken(token) : 'missing'
    setProblem(found)
    if (errors[found]) input.current?.focus()
    else dispatch({ type: 'token_given', token: token ?? '' })
  }

  return (
    <form onSubmit={submit} noValidate>
      <Field
        ref={input}
        label={text.landing.token}
        hint={text.landing.tokenHint}
        error={problem && errors[problem]}
        value={typed}
        onChange={setTyped}
        autoComplete="off"
        spellCheck={false}
        isCode
      />
      <div className="choices-row">
        <button type="submit" className="button button-primary">
          <span>{text.landing.proceed}</span>
          <Icon name="forward" />
        </button>
      </div>
    </form>
  )
}
