import { expect } from '@jest/globals'
import type { Browser, Locator } from 'playwright-core'
import { en } from '../../../services/enrollment-proxy/web/src/i18n/en.js'
import { visit } from './_browser.js'
import { withStackAndBrowser } from './_in-browser.js'
import { invite, stateOf } from './_invitations.js'
import { hasFocus, Keyboard } from './_keyboard.js'
import { codeOf, FactorWizard, PASSWORD } from './_second-factor.js'
import type { TestStack } from './_stack.js'

let stack: TestStack
let browser: Browser
const itInBrowser = withStackAndBrowser((started) => {
  ;({ stack, browser } = started)
})

/** The error of a field, as a screen reader hears it: at once, and again with the field. */
async function errorOf(field: Locator): Promise<string> {
  expect(await hasFocus(field)).toBe(true)
  expect(await field.getAttribute('aria-invalid')).toBe('true')
  const ids = ((await field.getAttribute('aria-describedby')) ?? '').split(' ')
  const alerts = field.page().getByRole('alert')
  for (const alert of await alerts.all()) {
    const id = await alert.getAttribute('id')
    if (id && ids.includes(id)) return (await alert.textContent()) ?? ''
  }
  throw new Error('The field has no error that is announced.')
}

itInBrowser(
  'leads through every step without a mouse, with the focus in sight',
  async () => {
    const { url, username } = await invite(stack.info, 'Tabitha')
    const { page } = await visit(browser)
    const wizard = new FactorWizard(page)
    const keys = new Keyboard(page)
    const field = (label: string) => page.getByLabel(label, { exact: true })
    /** A new page begins at its heading. */
    const arriveAt = async (title: string) => {
      await wizard.at(title)
      expect({ title, hasFocus: await hasFocus(wizard.heading(title)) }).toEqual({
        title,
        hasFocus: true,
      })
    }
    const goOn = () => keys.press(wizard.button(en.common.next))

    await page.goto(url)
    await wizard.button(en.landing.begin).waitFor()
    await keys.press(wizard.button(en.landing.begin), 'Space')
    await arriveAt(en.choose.title)
    await keys.press(page.getByRole('button', { name: en.choose.browser }))
    await arriveAt(en.welcome.title('Tabitha'))
    await goOn()

    await arriveAt(en.data.title)
    await keys.type(field(en.data.phone), 'none')
    await page.keyboard.press('Enter')
    expect(await errorOf(field(en.data.phone))).toBe(en.data.phoneInvalid)
    await page.keyboard.press('Control+A')
    await page.keyboard.type('+48 600 100 200')
    await keys.press(page.locator('summary', { hasText: en.data.wrong }), 'Space')
    await keys.type(field(en.note.label), 'My last name is Byron.')
    await keys.press(wizard.button(en.note.send))
    await page.getByText(en.note.sent).waitFor()
    await goOn()

    await arriveAt(en.password.title)
    await keys.type(field(en.password.password), PASSWORD)
    await keys.type(field(en.password.repeat), 'something else')
    await page.keyboard.press('Enter')
    expect(await errorOf(field(en.password.repeat))).toBe(en.password.different)
    await page.keyboard.press('Control+A')
    await page.keyboard.type(PASSWORD)
    await keys.press(field(en.secondFactor.want), 'Space')
    await goOn()
    await arriveAt(en.secondFactor.chooseTitle)
    await keys.press(page.getByRole('button', { name: en.secondFactor.app }))
    await arriveAt(en.secondFactor.appTitle)
    await keys.press(page.locator('summary', { hasText: en.secondFactor.byHand }), 'Space')
    const secret = await wizard.secret()
    await keys.type(wizard.code, '12345')
    await page.keyboard.press('Enter')
    expect(await errorOf(wizard.code)).toBe(en.secondFactor.codeInvalid)
    await page.keyboard.press('Control+A')
    await page.keyboard.type(codeOf(secret))
    await page.keyboard.press('Enter')
    await arriveAt(en.secondFactor.codesTitle)
    await keys.press(field(en.secondFactor.saved), 'Space')
    await keys.press(wizard.button(en.secondFactor.activate))

    await arriveAt(en.vpn.title)
    expect(await stateOf(stack.info, username)).toBe('activated')
    await keys.type(field(en.vpn.deviceName), 'Cane')
    await keys.press(wizard.button(en.vpn.add))
    await arriveAt(en.vpn.titleAdded('Cane'))
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      keys.press(page.getByRole('button', { name: /^Download / })),
    ])
    expect(download.suggestedFilename()).toMatch(/\.conf$/)
    await goOn()
    await arriveAt(en.finish.title('Tabitha'))
    await keys.press(page.locator('summary', { hasText: en.finish.byHand }), 'Space')
    await keys.to(field(en.useApp.token))
    expect(keys.unseen).toEqual([])
  },
  60_000,
)
