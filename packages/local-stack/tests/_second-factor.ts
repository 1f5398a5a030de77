import { CoreApi } from '@defguard/local-stack/core-api'
import { AuthServiceService as Auth } from '@defguard/proto/admin/v1/auth'
import { totpAt } from '../../../services/enrollment-proxy/tests/clients/_totp.js'
import type { StackInfo } from '../src/stack-info.js'
import { Wizard } from './_wizard.js'

export const PASSWORD = 'correct horse battery'

const STEP_MS = 30_000

/** What an authenticator app with this secret shows, now or so many steps ahead. */
export function codeOf(secret: string, stepsAhead = 0): string {
  return totpAt(secret, new Date(Date.now() + stepsAhead * STEP_MS))
}

/** What a login with the password, and perhaps a code, is refused for; undefined when it succeeds. */
export async function refusedLogin(
  info: StackInfo,
  login: string,
  code?: string,
): Promise<unknown> {
  const core = CoreApi.of(info)
  try {
    await core.call(Auth.login, { login, password: PASSWORD, code })
    return undefined
  } catch (err) {
    return (err as { metadata: { get(key: string): unknown[] } }).metadata.get('error-reason')[0]
  } finally {
    core.close()
  }
}

/** The page of somebody who sets up a second factor, with what it shows. */
export class FactorWizard extends Wizard {
  get code() {
    return this.page.getByLabel(this.text.secondFactor.code)
  }

  /** From the password, by way of the choice of a method. */
  async choose(method: string | RegExp): Promise<void> {
    await this.next()
    await this.at(this.text.secondFactor.chooseTitle)
    await this.page.getByRole('button', { name: method }).click()
    await this.code.waitFor()
  }

  async secret(): Promise<string> {
    const { key, byHand } = this.text.secondFactor
    const field = this.page.getByRole('textbox', { name: key, exact: true })
    if (!(await field.isVisible())) await this.page.getByText(byHand).click()
    return (await field.inputValue()).replaceAll(' ', '')
  }

  async prove(secret: string, stepsAhead = 0): Promise<void> {
    await this.code.fill(codeOf(secret, stepsAhead))
    await this.next()
  }

  async recoveryCodes(): Promise<string[]> {
    await this.at(this.text.secondFactor.codesTitle)
    const list = this.page.getByRole('list', { name: this.text.secondFactor.codes })
    return list.getByRole('listitem').allTextContents()
  }

  async createAccount(): Promise<void> {
    await this.page.getByLabel(this.text.secondFactor.saved).check()
    await this.button(this.text.secondFactor.activate).click()
    await this.at(this.text.vpn.title)
  }
}
