import type { ReactNode } from 'react'
import type { InstanceReply } from '../../../src/http/contract.js'
import type { Enrolling } from '../flow/flow.js'
import { useText } from '../i18n/text.js'
import { Brand } from './brand.js'
import { Clock } from './clock.js'
import { Contact } from './contact.js'
import { LanguagePicker } from './language-picker.js'
import { Steps } from './steps.js'

interface LayoutProps {
  readonly instance: InstanceReply | undefined
  /** What the page is for. */
  readonly what: string
  /** With it the steps, the clock and the admin stand at the side. */
  readonly flow: Enrolling | undefined
  readonly children: ReactNode
}

export function Layout({ instance, what, flow, children }: LayoutProps) {
  const text = useText()
  const name = flow?.session.instance.name ?? instance?.name
  return (
    <div className={flow ? 'shell shell-steps' : 'shell'}>
      <header className="head">
        <Brand name={name} what={what} logo={instance?.logo} />
        {flow && <Steps flow={flow} />}
      </header>
      <LanguagePicker />
      <main>{children}</main>
      {flow && (
        <footer className="foot">
          <Clock endsAt={flow.session.endsAt} />
          <div className="foot-admin">
            <p className="foot-label">{text.common.yourAdmin}</p>
            <Contact person={flow.session.admin} />
          </div>
        </footer>
      )}
    </div>
  )
}
