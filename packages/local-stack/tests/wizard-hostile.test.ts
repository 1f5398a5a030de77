import { expect } from '@jest/globals'
import type { Browser, Page } from 'playwright-core'
import { visit } from './_browser.js'
import { runCliJson } from './_cli.js'
import { withStackAndBrowser } from './_in-browser.js'
import { FactorWizard } from './_second-factor.js'
import type { TestStack } from './_stack.js'
import { saying } from './_wizard.js'

/** Comes alive wherever it is taken for HTML, and would be seen doing so. */
const hostile = (what: string) =>
  `<img id=alive src=https://evil.example/${what} onerror=alert(1)>{{x}}"'`

const PASSWORD = 'correct horse battery'

let stack: TestStack
let browser: Browser
const itInBrowser = withStackAndBrowser((started) => {
  ;({ stack, browser } = started)
})

const admin = <Reply>(...args: string[]) => runCliJson<Reply>(stack.info, ...args)

/** A company in which everything that somebody can name is named by somebody hostile. */
async function makeHostileCompany(): Promise<void> {
  await admin('settings', 'set', 'instance_name', hostile('instance'))
  await admin('settings', 'set', 'support_contact_name', hostile('contact'))
  await admin('user', 'update', 'admin', '--first-name', hostile('admin'))
  const location = ['--name', hostile('location'), '--address', '10.66.0.1/24']
  const endpoint = ['--endpoint', 'vpn.example.com', '--port', '51820']
  await admin('location', 'create', ...location, ...endpoint)
}

/** @returns the mailed link */
async function inviteHostile(username: string): Promise<string> {
  const names = ['--first-name', hostile('first'), '--last-name', hostile('last')]
  const person = ['--username', username, '--email', `${username}@example.com`, ...names]
  const { invitation } = await admin<{ invitation: { url: string } }>(
    ...['user', 'create', '--invite', ...person],
  )
  return invitation.url
}

async function expectNothingAlive(page: Page): Promise<void> {
  const foreign = '#alive, iframe, object, embed, form[action], script:not([src^="/assets/"])'
  expect(await page.locator(foreign).count()).toBe(0)
  expect(await page.locator('[onerror], [onload], [onclick], a[href^="javascript:"]').count()).toBe(
    0,
  )
}

itInBrowser(
  'shows hostile names as text on every page: no element, no request, no broken policy',
  async () => {
    await makeHostileCompany()
    const url = await inviteHostile('mallory')
    const dead = await inviteHostile('trudy')
    await admin('enrollment', 'revoke', 'trudy')
    const { page, requests, complaints } = await visit(browser, {
      userAgent: 'Mozilla/5.0 <script>alert(1)</script>',
    })
    const wizard = new FactorWizard(page)
    const { text } = wizard
    const at = async (title: string | RegExp) => {
      await wizard.at(title)
      await expectNothingAlive(page)
    }
    await page.goto(url)
    await at(saying(text.landing.invited))
    await page.getByText(hostile('instance')).first().waitFor()
    await wizard.button(text.landing.begin).click()
    await at(text.choose.title)
    await page.getByRole('button', { name: text.choose.browser }).click()
    await at(saying(text.welcome.title))
    await page.getByText(hostile('admin')).first().waitFor()
    await wizard.next()
    await at(text.data.title)
    await page.getByText(hostile('last')).first().waitFor()
    await wizard.next()
    await at(text.password.title)
    await wizard.typePassword(PASSWORD)
    await page.getByLabel(text.secondFactor.want).check()
    await wizard.next()
    await at(text.secondFactor.chooseTitle)
    await page.getByRole('button', { name: text.secondFactor.app }).click()
    await wizard.code.waitFor()
    await at(text.secondFactor.appTitle)
    await wizard.prove(await wizard.secret())
    await at(text.secondFactor.codesTitle)
    await wizard.createAccount()
    await at(text.vpn.title)
    await wizard.addDevice(hostile('device'))
    await at(text.vpn.titleAdded(hostile('device')))
    await page.getByText(hostile('location')).first().waitFor()
    await wizard.next()
    await at(saying(text.finish.title))
    await page.getByText(text.finish.connect(hostile('device'))).waitFor()
    await page.getByRole('region').getByText(hostile('first')).first().waitFor()

    expect(complaints).toEqual([])

    // The page of a dead link names whom to ask.
    await page.goto(dead)
    await wizard.button(text.landing.begin).click()
    await page.getByText(hostile('contact')).first().waitFor()
    await expectNothingAlive(page)

    const hosts = new Set(requests.map((request) => new URL(request.url).host))
    expect([...hosts]).toEqual([new URL(stack.info.proxyUrl).host])
  },
  240_000,
)
