import { expect, jest } from '@jest/globals'
import type { Browser } from 'playwright-core'
import { en } from '../../../services/enrollment-proxy/web/src/i18n/en.js'
import { type Visit, visit } from './_browser.js'
import { runCliJson } from './_cli.js'
import { withStackAndBrowser } from './_in-browser.js'
import { type Invitation, invite, stateOf } from './_invitations.js'
import { canLogIn } from './_password-reset.js'
import { FactorWizard } from './_second-factor.js'
import type { TestStack } from './_stack.js'
import { Wizard } from './_wizard.js'

const PASSWORD = 'correct horse battery'

jest.setTimeout(90_000) // passwords are hashed slowly, more so on a busy machine

let stack: TestStack
let browser: Browser
const itInBrowser = withStackAndBrowser((started) => {
  ;({ stack, browser } = started)
})

async function invited(firstName: string): Promise<Visit & Invitation & { wizard: Wizard }> {
  const invitation = await invite(stack.info, firstName)
  const visited = await visit(browser)
  return { ...visited, ...invitation, wizard: new Wizard(visited.page) }
}

async function devicesOf(username: string): Promise<string[]> {
  const list = ['device', 'list', '--user', username]
  const devices = await runCliJson<{ name: string }[]>(stack.info, ...list)
  return devices.map(({ name }) => name)
}

/** The calls of a page that change something, by their last word. */
function callsOf({ requests }: Visit): string[] {
  return requests
    .filter(({ method }) => method === 'POST')
    .map(({ url }) => url.split('/').at(-1) ?? '')
}

itInBrowser('goes on as if nothing were when the first answer of each call is lost', async () => {
  const person = await invited('Lotta')
  const { page, wizard, url, username } = person
  const lost = new Set<string>()
  await page.route('**/api/v1/enrollment/*', async (route) => {
    const path = route.request().url()
    if (lost.has(path)) return route.continue()
    lost.add(path)
    await route.fetch() // core has done it
    await route.abort('connectionreset')
  })
  await wizard.begin(url)
  await wizard.activate(PASSWORD)
  await wizard.addDevice('Only one')
  await wizard.next()
  await wizard.at(en.finish.title('Lotta'))
  expect([...lost].map((path) => path.split('/').at(-1)).toSorted()).toEqual([
    ...['activate_user', 'create_device', 'session', 'start'],
  ])
  expect(callsOf(person)).toEqual([
    ...['start', 'start', 'activate_user', 'activate_user', 'create_device', 'create_device'],
  ])
  expect(await devicesOf(username)).toEqual(['Only one'])
  expect(await stateOf(stack.info, username)).toBe('activated')
  expect(await canLogIn(stack.info, person, PASSWORD)).toBe(true)
})

itInBrowser('does each thing once, and goes one step only, at a double click', async () => {
  const person = await invited('Dolly')
  const { page, url } = person
  const wizard = new FactorWizard(page)
  const twice = (name: string | RegExp) => wizard.button(name).dblclick()
  await page.goto(url)
  await twice(en.landing.begin)
  await wizard.at(en.choose.title)
  await page.getByRole('button', { name: en.choose.browser }).dblclick()
  await wizard.at(en.welcome.title('Dolly'))
  await twice(en.common.next)
  await wizard.at(en.data.title)
  await twice(en.common.back)
  await wizard.at(en.welcome.title('Dolly'))
  await wizard.next()
  await twice(en.common.next)
  await wizard.at(en.password.title)
  await wizard.typePassword(PASSWORD)
  await page.getByLabel(en.secondFactor.want).check()
  await twice(en.common.next)
  await wizard.at(en.secondFactor.chooseTitle)
  await page.getByRole('button', { name: en.secondFactor.app }).dblclick()
  await wizard.code.waitFor()
  await wizard.prove(await wizard.secret())
  await wizard.at(en.secondFactor.codesTitle)
  await page.getByLabel(en.secondFactor.saved).check()
  await twice(en.secondFactor.activate)
  await wizard.at(en.vpn.title)
  await twice(en.vpn.add)
  await wizard.at(/is ready$/)
  await twice(en.common.next)
  await wizard.at(en.finish.title('Dolly'))
  const calls = callsOf(person).filter((call) => !['start', 'finish'].includes(call))
  expect(calls).toEqual(['activate_user', 'create_device'])
  expect(await devicesOf(person.username)).toHaveLength(1)
})

itInBrowser('comes back, before the clock runs and after it, to where the person was', async () => {
  const { page, wizard, url, username } = await invited('Rena')
  const reload = async (title: string | RegExp) => {
    await page.reload()
    await wizard.at(title)
  }
  await page.goto(url)
  await reload(/^You have been invited to /)
  await wizard.button(en.landing.useApp).click()
  await reload(en.choose.title)
  await page.getByRole('button', { name: en.choose.app }).click()
  await reload(en.useApp.title)
  expect(await stateOf(stack.info, username)).toBe('open')
  await wizard.button(en.useApp.followButton).click()
  await page.getByText(en.useApp.waiting).waitFor()
  await reload(en.useApp.title)
  await page.getByText(en.useApp.waiting).waitFor()
  await wizard.button(en.common.back).click()
  await reload(en.choose.title)
})

itInBrowser('keeps two tabs with the same link from disturbing each other', async () => {
  const person = await invited('Gemma')
  const { page, wizard, url, username } = person
  await wizard.begin(url)
  await wizard.toPassword()
  const other = new Wizard(await page.context().newPage())
  await other.begin(url)
  await other.activate(PASSWORD)
  await other.addDevice('From the other tab')
  await wizard.typePassword('some other password')
  await wizard.next()
  await page.getByText(en.password.alreadyActivated).waitFor()
  await wizard.addDevice('From this tab')
  await other.next()
  await other.at(en.finish.title('Gemma'))
  expect(await devicesOf(username)).toEqual(['From the other tab', 'From this tab'])
  expect(await canLogIn(stack.info, person, PASSWORD)).toBe(true)
})

// The browser has one cookie for all tabs, so the second link takes the first one's session.
itInBrowser('never mixes two people whose links are opened in one browser', async () => {
  const one = await invited('Olive')
  const two = await invite(stack.info, 'Tessa')
  await one.wizard.begin(one.url)
  await one.wizard.toPassword()
  const other = new Wizard(await one.page.context().newPage())
  await other.begin(two.url)
  await one.wizard.typePassword('password of Olive')
  await one.wizard.next()
  await one.wizard.at(en.vpn.title)
  await other.activate('password of Tessa')
  await one.wizard.addDevice('Olive’s PC')
  await other.addDevice('Tessa’s PC')
  expect(await devicesOf(one.username)).toEqual(['Olive’s PC'])
  expect(await devicesOf(two.username)).toEqual(['Tessa’s PC'])
  expect(await canLogIn(stack.info, one, 'password of Olive')).toBe(true)
  expect(await canLogIn(stack.info, two, 'password of Tessa')).toBe(true)
})
