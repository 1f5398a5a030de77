import type { Locator, Page } from 'playwright-core'
import { en, type Messages } from '../../../services/enrollment-proxy/web/src/i18n/en.js'

/** The wizard as a person sees it: by headings, labels and buttons, in the words of their language. */
export class Wizard {
  constructor(
    readonly page: Page,
    readonly text: Messages = en,
  ) {}

  heading(title: string | RegExp): Locator {
    return this.page.getByRole('heading', { level: 1, name: title })
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name, exact: true })
  }

  /** Resolves when the page with this title is shown. */
  async at(title: string | RegExp): Promise<void> {
    await this.heading(title).waitFor()
  }

  async next(): Promise<void> {
    await this.button(this.text.common.next).click()
  }

  /** From the opened link to the first step. */
  async begin(link: string): Promise<void> {
    const { landing, choose, welcome } = this.text
    await this.page.goto(link)
    await this.button(landing.begin).click()
    await this.page.getByRole('button', { name: choose.browser }).click()
    await this.at(saying(welcome.title))
  }

  async toPassword(): Promise<void> {
    await this.next()
    await this.at(this.text.data.title)
    await this.next()
    await this.at(this.text.password.title)
  }

  async typePassword(password: string): Promise<void> {
    await this.page.getByLabel(this.text.password.password).fill(password)
    await this.page.getByLabel(this.text.password.repeat).fill(password)
  }

  /** From the first step to an account. */
  async activate(password: string): Promise<void> {
    await this.toPassword()
    await this.typePassword(password)
    await this.next()
    await this.at(this.text.vpn.title)
  }

  async addDevice(name: string): Promise<void> {
    await this.page.getByLabel(this.text.vpn.deviceName).fill(name)
    await this.button(this.text.vpn.add).click()
    await this.at(this.text.vpn.titleAdded(name))
  }

  /** By the name that its readers give it, whatever the page speaks now. */
  async pickLanguage(name: string): Promise<void> {
    await this.page.getByRole('combobox').filter({ hasText: name }).selectOption(name)
  }
}

const PLACE = '\u{f8ff}'

/** What a sentence with a name in it says, whatever the name is. */
export function saying(sentence: (name: string) => string): RegExp {
  const escaped = sentence(PLACE).replace(/[$()*+.?[\\\]^{|}]/g, '\\$&')
  return new RegExp(`^${escaped.replaceAll(PLACE, '.+')}$`)
}
