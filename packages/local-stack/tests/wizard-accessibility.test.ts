import { afterAll, beforeAll, expect } from '@jest/globals'
import type { Browser } from 'playwright-core'
import { findBarriers } from './_accessibility.js'
import { launchBrowser, visit } from './_browser.js'
import { invite } from './_invitations.js'
import { itUnless, lackOfBrowser } from './_machine.js'
import { startTestStack, type TestStack } from './_stack.js'
import { Wizard } from './_wizard.js'

const PASSWORD = 'correct horse battery'

let stack: TestStack
let browser: Browser
const itInBrowser = itUnless(lackOfBrowser)

beforeAll(async () => {
  if (lackOfBrowser) return
  stack = await startTestStack()
  browser = await launchBrowser()
}, 60_000)
afterAll(async () => {
  await browser?.close()
  await stack?.stop()
})

itInBrowser(
  'has no screen on which a machine finds a barrier',
  async () => {
    const person = await invite(stack.info, 'Walker')
    const wizard = new Wizard((await visit(browser)).page)
    const { page } = wizard
    const found: string[] = []
    const check = async (screen: string) =>
      found.push(...(await findBarriers(page)).map((finding) => `${screen}: ${finding}`))
    await page.goto(stack.info.proxyUrl)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await check('landing')
    await wizard.begin(person.url)
    await check('welcome')
    await wizard.next()
    await wizard.at('Verify your data')
    await check('data')
    await wizard.next()
    await wizard.at('Create your password')
    await check('password')
    await wizard.typePassword(PASSWORD)
    await wizard.next()
    await wizard.at('Connect a device to the VPN')
    await check('vpn')
    await wizard.addDevice('Cane')
    await check('device')
    await wizard.next()
    await wizard.at(/^You are all set/)
    await check('finish')
    expect(found).toEqual([])
  },
  60_000,
)
