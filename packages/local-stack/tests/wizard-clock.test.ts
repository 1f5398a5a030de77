import { expect } from '@jest/globals'
import type { Browser, Page } from 'playwright-core'
import { en } from '../../../services/enrollment-proxy/web/src/i18n/en.js'
import { visit } from './_browser.js'
import { withStackAndBrowser } from './_in-browser.js'
import { invite, letTimePass } from './_invitations.js'
import { FactorWizard } from './_second-factor.js'
import type { TestStack } from './_stack.js'
import { Wizard } from './_wizard.js'

const PASSWORD = 'correct horse battery'
const SESSION_S = 180
const OVER = '03:01'

let stack: TestStack
let browser: Browser
const itInBrowser = withStackAndBrowser(
  (started) => {
    ;({ stack, browser } = started)
  },
  { env: { DEFGUARD_ENROLLMENT_SESSION_TIMEOUT: `${SESSION_S}s` } },
)

itInBrowser('says how much time there really is, and warns twice before it ends', async () => {
  const { url } = await invite(stack.info, 'Tick')
  const { page } = await visit(browser)
  const wizard = new Wizard(page)
  await page.clock.install()
  await wizard.begin(url)
  await page.getByText(en.welcome.time(SESSION_S)).waitFor()
  const said = page.getByRole('status')
  expect(await said.allTextContents()).toEqual([''])
  // The clock of the page jumps past the two limits, and says what is really left.
  for (const [pause, warning] of [
    ['01:02', /^1 minute( \d+ seconds?)? left\.$/],
    ['01:30', /^\d+ seconds? left\.$/],
  ] as const) {
    await page.clock.fastForward(pause)
    await said.getByText(warning).waitFor()
  }
  await page.clock.fastForward('00:30')
  await wizard.at(en.deadEnd.session_over.title)
})

itInBrowser(
  'ends at each step as soon as the time is up, and forgets what was typed',
  async () => {
    const { url } = await invite(stack.info, 'Tock')
    const { page } = await visit(browser)
    const wizard = new FactorWizard(page)
    const ended: string[] = []
    const endHere = async (title: string) => {
      await wizard.at(title)
      const twin = new Wizard(await twinOf(page))
      await twin.at(title)
      await twin.page.clock.fastForward(OVER)
      await twin.at(en.deadEnd.session_over.title)
      expect(await twin.page.evaluate(() => sessionStorage.length)).toBe(0)
      await twin.page.context().close()
      ended.push(title)
    }
    await page.clock.install()
    await page.goto(url)
    await wizard.button(en.landing.begin).click()
    await endHere(en.choose.title)
    await page.getByRole('button', { name: en.choose.app }).click()
    await endHere(en.useApp.title)
    await wizard.button(en.common.back).click()
    await page.getByRole('button', { name: en.choose.browser }).click()
    await endHere(en.welcome.title('Tock'))
    await wizard.next()
    await page.getByLabel(en.data.phone).fill('+48 600 100 200')
    await endHere(en.data.title)
    await wizard.next()
    await wizard.typePassword(PASSWORD)
    await page.getByLabel(en.secondFactor.want).check()
    await endHere(en.password.title)
    await wizard.next()
    await endHere(en.secondFactor.chooseTitle)
    await page.getByRole('button', { name: en.secondFactor.app }).click()
    await endHere(en.secondFactor.appTitle)
    await wizard.prove(await wizard.secret())
    await wizard.at(en.secondFactor.codesTitle)
    await page.clock.fastForward(OVER)
    await wizard.at(en.deadEnd.session_over.title)
    expect(await page.content()).not.toContain(PASSWORD)
    expect(ended).toHaveLength(7)
  },
  60_000,
)

// A laptop whose clock is behind: core is the first to know.
itInBrowser('ends when core says so, whatever the clock of the page shows', async () => {
  const { url, username } = await invite(stack.info, 'Late')
  const { page } = await visit(browser)
  const wizard = new Wizard(page)
  await wizard.begin(url)
  await wizard.toPassword()
  await letTimePass(stack.info, username, 'session_deadline')
  await wizard.typePassword(PASSWORD)
  await wizard.next()
  await wizard.at(/^(Time is up|This link has been used)$/)
})

/** The same page as a reload would show it, in a browser of its own: all tabs of one share a clock. */
async function twinOf(page: Page): Promise<Page> {
  const kept = await page.evaluate(() => ({ ...sessionStorage }))
  const storageState = await page.context().storageState()
  const { page: twin } = await visit(browser, { storageState })
  await twin.clock.install()
  await twin.addInitScript((entries: Record<string, string>) => {
    for (const [key, text] of Object.entries(entries)) sessionStorage.setItem(key, text)
  }, kept)
  await twin.goto(page.url())
  return twin
}
