import { type SubmitEvent, useId, useRef, useState } from 'react'
import { isPublicKey, makeWireguardKeys } from '../crypto/wireguard-keys.js'
import { freeDeviceName, isDeviceName } from '../flow/device-name.js'
import { platformOf } from '../flow/platform.js'
import type { Messages } from '../i18n/en.js'
import { useText } from '../i18n/text.js'
import type { ConfigureVpnProps } from '../screens/configure-vpn.js'
import { AlreadyActivated } from './already-activated.js'
import { Button } from './button.js'
import { Field } from './field.js'
import { Notice } from './notice.js'
import { Page } from './page.js'
import { usePending } from './use-pending.js'

const FORM = 'device-form'

/** Asks for a name and for the keys of the device. */
export function DeviceForm(props: ConfigureVpnProps) {
  const { flow, eyebrow, dispatch, onBack, onNext, addDevice, unusedKeys } = props
  const text = useText()
  const { session, drafts, lostDevice } = flow
  const { user, settings } = session
  const [taken] = useState(user.device_names)
  const name = drafts.deviceName ?? suggestName(text, user.first_name, taken)
  const isOwnKey = drafts.keySource === 'own'
  const publicKey = drafts.ownPublicKey ?? ''
  const [problem, setProblem] = useState<Problem>()
  const [isPending, run] = usePending()
  const nameInput = useRef<HTMLInputElement>(null)
  const keyInput = useRef<HTMLInputElement>(null)

  const complain = (found: Problem) => {
    setProblem(found)
    if (found.field === 'name') nameInput.current?.focus()
    if (found.field === 'key') keyInput.current?.focus()
  }

  const keysToSend = () => {
    if (isOwnKey) return { publicKey: publicKey.trim(), privateKey: undefined }
    unusedKeys.current ??= makeWireguardKeys()
    return unusedKeys.current
  }

  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (!isDeviceName(name))
      return complain({ field: 'name', say: (text) => text.vpn.deviceNameInvalid })
    if (isOwnKey && !isPublicKey(publicKey.trim())) {
      return complain({ field: 'key', say: (text) => text.vpn.publicKeyInvalid })
    }
    setProblem(undefined)
    void run(async () => {
      const refusal = await addDevice({ name, ...keysToSend() })
      // A pair that is refused for being known already will never do.
      if (refusal?.reason === 'pubkey_taken') unusedKeys.current = undefined
      if (refusal) complain(problemOf(refusal.reason, isOwnKey))
    })
  }

  const hasDevice = user.device_names.length > 0
  const canLeave = settings.vpn_setup_optional || hasDevice || problem?.isFinal === true
  const leave = () => {
    if (canLeave) onNext()
    else complain({ field: 'name', say: (text) => text.vpn.required })
  }

  return (
    <Page
      title={text.vpn.title}
      eyebrow={eyebrow}
      onBack={onBack}
      next={{
        label: canLeave && !hasDevice ? text.vpn.skip : text.common.next,
        look: 'secondary',
        onClick: leave,
      }}
    >
      <AlreadyActivated flow={flow} />
      <p className="lead">
        {text.vpn.intro} {settings.vpn_setup_optional && text.vpn.introOptional}
      </p>
      {lostDevice && (
        <Notice kind="warning">
          {text.vpn.lost(lostDevice)} {text.lostDevice.remove}
        </Notice>
      )}
      <form id={FORM} onSubmit={submit} noValidate>
        {problem && problem.field === undefined && (
          <Notice kind="error">{problem.say(text)}</Notice>
        )}
        <Field
          ref={nameInput}
          label={text.vpn.deviceName}
          hint={text.vpn.deviceNameHint}
          error={problem?.field === 'name' ? problem.say(text) : undefined}
          autoComplete="off"
          value={name}
          onChange={(typed) => {
            dispatch({ type: 'drafted', drafts: { deviceName: typed } })
            setProblem(undefined)
          }}
        />
        <fieldset className="options">
          <legend>{text.vpn.keys}</legend>
          <KeyOption
            label={text.vpn.generate}
            detail={text.vpn.generateDetail}
            isChosen={!isOwnKey}
            onChoose={() => dispatch({ type: 'drafted', drafts: { keySource: 'generated' } })}
          />
          <KeyOption
            label={text.vpn.own}
            detail={text.vpn.ownDetail}
            isChosen={isOwnKey}
            onChoose={() => dispatch({ type: 'drafted', drafts: { keySource: 'own' } })}
          />
        </fieldset>
        {isOwnKey && (
          <Field
            ref={keyInput}
            label={text.vpn.publicKey}
            error={problem?.field === 'key' ? problem.say(text) : undefined}
            autoComplete="off"
            spellCheck={false}
            isCode
            value={publicKey}
            onChange={(typed) => {
              dispatch({ type: 'drafted', drafts: { ownPublicKey: typed } })
              setProblem(undefined)
            }}
          />
        )}
        <Button look="primary" form={FORM} isPending={isPending}>
          {text.vpn.add}
        </Button>
      </form>
    </Page>
  )
}

interface KeyOptionProps {
  readonly label: string
  readonly detail: string
  readonly isChosen: boolean
  readonly onChoose: () => void
}

function KeyOption({ label, detail, isChosen, onChoose }: KeyOptionProps) {
  const id = useId()
  return (
    <div className={isChosen ? 'option option-chosen' : 'option'}>
      <label>
        <input
          type="radio"
          name="key-source"
          checked={isChosen}
          onChange={onChoose}
          aria-describedby={id}
        />
        <span>{label}</span>
      </label>
      <p className="hint" id={id}>
        {detail}
      </p>
    </div>
  )
}

interface Problem {
  readonly field: 'name' | 'key' | undefined
  /** When it is shown: the language may change in between. */
  readonly say: (text: Messages) => string
  /** Nothing that the person can do about it here: they may go on without a device. */
  readonly isFinal?: boolean
}

function problemOf(reason: string | undefined, isOwnKey: boolean): Problem {
  const keyField = isOwnKey ? ('key' as const) : undefined
  switch (reason) {
    case 'device_name_taken':
      return { field: 'name', say: (text) => text.vpn.deviceNameTaken }
    case 'invalid_device_name':
      return { field: 'name', say: (text) => text.vpn.deviceNameInvalid }
    case 'invalid_pubkey':
      return { field: keyField, say: (text) => text.vpn.publicKeyInvalid }
    case 'pubkey_taken':
      return { field: keyField, say: (text) => text.vpn.publicKeyRefused }
    case 'device_limit':
      return { field: undefined, say: (text) => text.vpn.deviceLimit, isFinal: true }
    case 'location_full':
      return { field: undefined, say: (text) => text.vpn.locationFull, isFinal: true }
    case 'devices_admin_only':
      return { field: undefined, say: (text) => text.vpn.adminOnly, isFinal: true }
    default:
      return { field: undefined, say: (text) => text.common.fault, isFinal: true }
  }
}

function suggestName(text: Messages, firstName: string, taken: readonly string[]): string {
  const platform = platformOf(navigator.userAgent, navigator.maxTouchPoints)
  return freeDeviceName(text.platform.device(firstName, text.platform[platform]), taken)
}
