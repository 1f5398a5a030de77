import type { Locator, Page } from 'playwright-core'

/** The wizard as a person sees it: by headings, labels and buttons. */
export class Wizard {
  constructor(readonly page: Page) {}

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
    await this.button('Next').click()
  }

  /** From the opened link to the first step. */
  async begin(link: string): Promise<void> {
    await this.page.goto(link)
    await this.button('Begin').click()
    await this.page.getByRole('button', { name: /In this browser/ }).click()
    await this.at(/^Hello, /)
  }

  async toPassword(): Promise<void> {
    await this.next()
    await this.at('Verify your data')
    await this.next()
    await this.at('Create your password')
  }

  async typePassword(password: string): Promise<void> {
    await this.page.getByLabel('New password').fill(password)
    await this.page.getByLabel('Repeat the password').fill(password)
  }

  /** From the first step to an account. */
  async activate(password: string): Promise<void> {
    await this.toPassword()
    await this.typePassword(password)
    await this.next()
    await this.at('Connect a device to the VPN')
  }

  async addDevice(name: string): Promise<void> {
    await this.page.getByLabel('Device name').fill(name)
    await this.button('Add device').click()
    await this.at(`“${name}” is ready`)
  }
}
