import { AxeBuilder } from '@axe-core/playwright'
import { afterAll, beforeAll, expect } from '@jest/globals'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser, visit } from './_browser.js'
import { runCliJson } from './_cli.js'
import { invite, letTimePass, stateOf } from './_invitations.js'
import { itUnless, lackOfBrowser } from './_machine.js'
import { readInfo, startTestStack, type TestStack } from './_stack.js'
import { waitFor } from './_wait.js'
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

async function open(): Promise<Wizard> {
  return new Wizard((await visit(browser)).page)
}

itInBrowser('starts no clock when the link is only opened', async () => {
  const person = await invite(stack.info, 'Opener')
  const wizard = await open()
  await wizard.page.goto(person.url)
  await wizard.button('Begin').waitFor()
  await wizard.page.reload()
  await wizard.button('Begin').waitFor()
  expect(await stateOf(stack.info, person.username)).toBe('open')
})

itInBrowser('says why a link is dead: unknown, mistyped, revoked, expired or used up', async () => {
  const wizard = await open()
  const dead = async (url: string, title: string) => {
    await wizard.page.goto('about:blank')
    await wizard.page.goto(url)
    await wizard.button('Begin').click()
    await wizard.at(title)
  }
  const base = `${stack.info.proxyUrl}/#token=`
  await dead(`${base}dge_tCL7q3jjBItB2mLT2aAC514GiOwkGQs02E4Q2N`, 'This link is not known here')
  const revoked = await invite(stack.info, 'Revoked')
  await runCliJson(stack.info, 'enrollment', 'revoke', revoked.username)
  await dead(revoked.url, 'This link was withdrawn')
  const expired = await invite(stack.info, 'Expired')
  await letTimePass(stack.info, expired.username, 'expires_at')
  await dead(expired.url, 'This link has expired')
  const used = await invite(stack.info, 'Used')
  await (await open()).begin(used.url)
  await letTimePass(stack.info, used.username, 'session_deadline')
  await dead(used.url, 'This link has been used')
})

itInBrowser('shows why a password is refused, and goes on with a better one', async () => {
  const person = await invite(stack.info, 'Weak')
  const wizard = await open()
  await wizard.begin(person.url)
  await wizard.toPassword()
  await wizard.typePassword('password1')
  await wizard.next()
  await wizard.page
    .getByText(/common/i)
    .first()
    .waitFor()
  expect(await stateOf(stack.info, person.username)).toBe('in_progress')
  await wizard.typePassword(PASSWORD)
  await wizard.next()
  await wizard.at('Connect a device to the VPN')
})

itInBrowser(
  'comes back to its step after a reload, and adds one device on a double click',
  async () => {
    const person = await invite(stack.info, 'Reloader')
    const wizard = await open()
    await wizard.begin(person.url)
    await wizard.toPassword()
    await wizard.page.reload()
    await wizard.at('Create your password')
    await wizard.typePassword(PASSWORD)
    await wizard.next()
    await wizard.at('Connect a device to the VPN')
    await wizard.page.reload()
    await wizard.at('Connect a device to the VPN')
    await wizard.page.getByLabel('Device name').fill('Twice')
    await wizard.button('Add device').dblclick()
    await wizard.at('“Twice” is ready')
    const devices = await runCliJson<unknown[]>(
      ...([stack.info, 'device', 'list', '--user', person.username] as const),
    )
    expect(devices).toHaveLength(1)
  },
)

itInBrowser(
  'goes on by itself when core was killed in the middle',
  async () => {
    const person = await invite(stack.info, 'Patient')
    const wizard = await open()
    await wizard.begin(person.url)
    await wizard.toPassword()
    await wizard.typePassword(PASSWORD)
    const { core } = readInfo(stack.dir).pids
    process.kill(core, 'SIGKILL')
    await wizard.next()
    await wizard.at('Connect a device to the VPN')
    await waitFor('another core in stack.json', () => readInfo(stack.dir).pids.core !== core)
    expect(await stateOf(readInfo(stack.dir), person.username)).toBe('activated')
  },
  60_000,
)

/** The rules of WCAG 2.2 AA that a machine can check, in both themes. */
async function findings(page: Page): Promise<string[]> {
  const found: string[] = []
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    const { violations } = await new AxeBuilder({ page })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
      .analyze()
    found.push(...violations.map(({ id, nodes }) => `${colorScheme}: ${id} ${nodes[0]?.html}`))
  }
  return found
}

itInBrowser(
  'has no screen on which a machine finds a barrier',
  async () => {
    const person = await invite(stack.info, 'Walker')
    const wizard = await open()
    const { page } = wizard
    const found: string[] = []
    const check = async (screen: string) =>
      found.push(...(await findings(page)).map((finding) => `${screen}: ${finding}`))
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
