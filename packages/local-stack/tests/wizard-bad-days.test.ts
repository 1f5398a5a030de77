import { expect } from '@jest/globals'
import type { Browser } from 'playwright-core'
import { type Visit, visit } from './_browser.js'
import { runCliJson } from './_cli.js'
import { withStackAndBrowser } from './_in-browser.js'
import { invite, stateOf } from './_invitations.js'
import { readInfo, type TestStack } from './_stack.js'
import { Wizard } from './_wizard.js'

const PASSWORD = 'correct horse battery'
const PHONE_VIEW = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }

let stack: TestStack
let browser: Browser
const itInBrowser = withStackAndBrowser((started) => {
  ;({ stack, browser } = started)
})

/** A person who has clicked Begin. */
async function begun(firstName: string): Promise<Visit & { wizard: Wizard; username: string }> {
  const { url, username } = await invite(stack.info, firstName)
  const visited = await visit(browser, PHONE_VIEW)
  const wizard = new Wizard(visited.page)
  await wizard.begin(url)
  return { ...visited, wizard, username }
}

async function devicesOf(username: string): Promise<string[]> {
  const list = ['device', 'list', '--user', username]
  const devices = await runCliJson<{ name: string }[]>(stack.info, ...list)
  return devices.map(({ name }) => name)
}

itInBrowser('shows why the server refuses a password, and takes a better one', async () => {
  const { page, wizard, username } = await begun('Wanda')
  await wizard.toPassword()
  await wizard.typePassword('password123')
  await wizard.next()
  await page.getByText('one of the most common passwords').waitFor()
  const field = page.getByLabel('New password')
  expect(await field.getAttribute('aria-invalid')).toBe('true')
  expect(await field.evaluate((input) => input === document.activeElement)).toBe(true)
  expect(await stateOf(stack.info, username)).toBe('in_progress')
  await wizard.typePassword(PASSWORD)
  await wizard.next()
  await wizard.at('Connect a device to the VPN')
  expect(await stateOf(stack.info, username)).toBe('activated')
})

itInBrowser('says what is wrong with a password before it sends it', async () => {
  const { page, wizard, requests } = await begun('Paula')
  await wizard.toPassword()
  for (const [password, reason] of [
    ['short', 'Please use at least 8 characters.'],
    ['Lovelace-2024!', 'Please choose another.'],
  ] as const) {
    await wizard.typePassword(password)
    await wizard.next()
    await page.getByRole('alert').getByText(reason).waitFor()
  }
  await page.getByLabel('Repeat the password').fill('something else')
  await page.getByLabel('New password').fill(PASSWORD)
  await wizard.next()
  await page.getByText('The two passwords are not the same.').waitFor()
  expect(requests.filter(({ url }) => url.endsWith('/activate_user'))).toEqual([])
})

itInBrowser('makes one account and one device of double clicks', async () => {
  const { wizard, requests, username } = await begun('Dora')
  await wizard.toPassword()
  await wizard.typePassword(PASSWORD)
  await wizard.button('Next').dblclick()
  await wizard.at('Connect a device to the VPN')
  await wizard.button('Add device').dblclick()
  await wizard.at(/is ready$/)
  expect(requests.filter(({ url }) => url.endsWith('/activate_user'))).toHaveLength(1)
  expect(requests.filter(({ url }) => url.endsWith('/create_device'))).toHaveLength(1)
  expect(await devicesOf(username)).toHaveLength(1)
})

itInBrowser('makes one device when the answer is lost on its way', async () => {
  const { page, wizard, username } = await begun('Lotte')
  await wizard.activate(PASSWORD)
  let lost = 0
  await page.route('**/create_device', async (route) => {
    if (lost++ > 0) return route.continue()
    await route.fetch() // core has done it
    await route.abort('connectionreset')
  })
  await wizard.addDevice('Lotte’s phone')
  expect(lost).toBe(2)
  expect(await devicesOf(username)).toEqual(['Lotte’s phone'])
})

itInBrowser('comes back to each step with what was typed, but never with a secret', async () => {
  const { page, wizard } = await begun('Rela')
  const reload = async (title: string | RegExp) => {
    await page.reload()
    await wizard.at(title)
  }
  await reload('Hello, Rela')
  await wizard.next()
  await page.getByLabel('Phone').fill('+48 600 100 200')
  await reload('Verify your data')
  expect(await page.getByLabel('Phone').inputValue()).toBe('+48 600 100 200')
  await wizard.next()
  await wizard.typePassword(PASSWORD)
  await reload('Create your password')
  expect(await page.getByLabel('New password').inputValue()).toBe('')
  await wizard.typePassword(PASSWORD)
  await wizard.next()
  await wizard.at('Connect a device to the VPN')
  await page.getByLabel('Device name').fill('My old tablet')
  await reload('Connect a device to the VPN')
  expect(await page.getByLabel('Device name').inputValue()).toBe('My old tablet')
  await wizard.button('Add device').click()
  await wizard.at('“My old tablet” is ready')
  await reload('Connect a device to the VPN')
  await page.getByText('You added “My old tablet” before this page was reloaded.').waitFor()
  await wizard.next()
  await wizard.at('You are all set, Rela')
  await reload('You are all set, Rela')
  const person = await runCliJson<{ phone: string }>(stack.info, 'user', 'show', 'rela')
  expect(person.phone).toBe('+48 600 100 200')
})

itInBrowser('goes one step back with the browser’s own button', async () => {
  const { page, wizard } = await begun('Bea')
  await wizard.toPassword()
  await page.goBack()
  await wizard.at('Verify your data')
  await page.goBack()
  await wizard.at('Hello, Bea')
  await wizard.toPassword()
})

itInBrowser('asks nobody for a second password who has an account already', async () => {
  const { url } = await invite(stack.info, 'Secunda')
  for (const isSecond of [false, true]) {
    const { page } = await visit(browser, PHONE_VIEW)
    const wizard = new Wizard(page)
    if (!isSecond) {
      await wizard.begin(url)
      await wizard.activate(PASSWORD)
      continue
    }
    await page.goto(url)
    await wizard.button('Begin').click()
    await wizard.at('Your account is ready, Secunda')
    await page.getByRole('button', { name: /In this browser/ }).click()
    await wizard.at('Connect a device to the VPN')
  }
})

itInBrowser(
  'costs a short wait, and nothing else, when a service is killed in the middle',
  async () => {
    const { wizard, username } = await begun('Kim')
    await wizard.toPassword()
    await wizard.typePassword(PASSWORD)
    process.kill(readInfo(stack.dir).pids.core, 'SIGKILL')
    await wizard.next()
    await wizard.heading('Connect a device to the VPN').waitFor({ timeout: 30_000 })
    process.kill(readInfo(stack.dir).pids.proxy, 'SIGKILL')
    await wizard.button('Add device').click()
    await wizard.heading(/is ready$/).waitFor({ timeout: 30_000 })
    expect(await devicesOf(username)).toHaveLength(1)
  },
  90_000,
)

itInBrowser(
  'says that it waits while core is away, and goes on by itself',
  async () => {
    const { page, wizard } = await begun('Wilma')
    await wizard.toPassword()
    await wizard.typePassword(PASSWORD)
    const { core } = readInfo(stack.dir).pids
    process.kill(core, 'SIGSTOP')
    try {
      await wizard.next()
      await wizard.heading('We are trying to reach the server').waitFor({ timeout: 20_000 })
      expect(await page.getByLabel('New password').isVisible()).toBe(false)
    } finally {
      process.kill(core, 'SIGCONT')
    }
    await wizard.heading('Connect a device to the VPN').waitFor({ timeout: 30_000 })
  },
  90_000,
)
