import { expect } from '@jest/globals'
import type { Browser } from 'playwright-core'
import { findBarriers } from './_accessibility.js'
import { type Visit, visit } from './_browser.js'
import { runCli } from './_cli.js'
import { withStackAndBrowser } from './_in-browser.js'
import { invite } from './_invitations.js'
import { readMail } from './_mails.js'
import {
  canLogIn,
  createAccount,
  logIn,
  mailedLink,
  readLink,
  resetToken,
} from './_password-reset.js'
import type { TestStack } from './_stack.js'
import { Wizard } from './_wizard.js'

const PASSWORD = 'correct horse battery'
const PHONE_VIEW = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }
const NEUTRAL = /If there is an account with this address, a mail is on its way\./

let stack: TestStack
let browser: Browser
const itInBrowser = withStackAndBrowser((started) => {
  ;({ stack, browser } = started)
})

async function open(url: string, options = {}): Promise<Visit & { wizard: Wizard }> {
  const visited = await visit(browser, options)
  await visited.page.goto(url)
  return { ...visited, wizard: new Wizard(visited.page) }
}

/** From the first page of all to the sentence that everybody gets. */
async function askFor(wizard: Wizard, email: string): Promise<void> {
  await wizard.page.getByRole('link', { name: 'Reset my password' }).click()
  await wizard.page.getByLabel('E-mail address').fill(email)
  await wizard.button('Send me a link').click()
  await wizard.at('Look in your mail')
}

itInBrowser('sets a new password on a phone, and ends what the old one had opened', async () => {
  const account = await createAccount(stack.info, 'Renata')
  const oldLogin = await logIn(stack.info, account)
  const { page, wizard, complaints } = await open(stack.info.proxyUrl, PHONE_VIEW)
  await askFor(wizard, account.email)
  const link = await readLink(stack.info, account)
  await page.goto(link)
  await wizard.button('Begin').click()
  await wizard.at('Your new password')
  await page
    .getByRole('timer')
    .getByText(/^9 minutes/)
    .waitFor()
  await wizard.typePassword(PASSWORD)
  expect(await oldLogin.isLive()).toBe(true)
  await wizard.button('Set the new password').click()
  await wizard.at('Your new password is set')
  expect(await oldLogin.isLive()).toBe(false)
  oldLogin.close()
  expect(await canLogIn(stack.info, account, account.password)).toBe(false)
  expect(await canLogIn(stack.info, account, PASSWORD)).toBe(true)
  await readMail(stack.info, account.email, /password .*changed/i)
  expect(complaints).toEqual([])
})

itInBrowser('says the same for an address that nobody has, and mails nobody', async () => {
  const account = await createAccount(stack.info, 'Stella')
  const shown: string[] = []
  for (const email of ['nobody@example.com', account.email]) {
    const { page, wizard } = await open(stack.info.proxyUrl)
    await askFor(wizard, email)
    shown.push(((await page.getByRole('main').textContent()) ?? '').replace(email, ''))
  }
  expect(shown[0]).toMatch(NEUTRAL)
  expect(shown[1]).toBe(shown[0])
  await readLink(stack.info, account) // whoever asked first has been worked off by now
  const mails = await (await fetch(`${stack.info.mailApi}/email`)).text()
  expect(mails).toContain(account.email)
  expect(mails).not.toContain('nobody@example.com')
})

itInBrowser('starts nothing when a scanner opens the mailed link', async () => {
  const account = await createAccount(stack.info, 'Scarlett')
  const link = await mailedLink(stack.info, account)
  await fetch(link)
  await fetch(link.replace('#', '?'))
  const { page, wizard, requests } = await open(link)
  await wizard.at('Choose a new password')
  await page.reload({ waitUntil: 'networkidle' })
  await wizard.at('Choose a new password')
  expect(requests.filter(({ method }) => method !== 'GET')).toEqual([])
  expect((await resetToken(stack.info, account.username))?.started_at).toBeNull()
  await wizard.button('Begin').click()
  await wizard.at('Your new password')
  expect((await resetToken(stack.info, account.username))?.started_at).not.toBeNull()
})

itInBrowser('takes the token out of the address, and forgets it when it is used', async () => {
  const account = await createAccount(stack.info, 'Greta')
  const link = await mailedLink(stack.info, account)
  const { page, wizard } = await open(link.replace('#', '?'))
  await wizard.at('Choose a new password')
  expect(page.url()).toBe(`${stack.info.proxyUrl}/password-reset`)
  await wizard.button('Begin').click()
  await wizard.at('Your new password')
  await page.reload()
  await wizard.at('Your new password') // for what is left of the ten minutes
  await wizard.typePassword(PASSWORD)
  await wizard.button('Set the new password').click()
  await wizard.at('Your new password is set')
  expect(await page.evaluate(() => sessionStorage.length)).toBe(0)
  await page.goto(link)
  await wizard.button('Begin').click()
  await wizard.at('This link has been used')
  await wizard.button('Ask for a new link').click()
  await wizard.at('Forgot your password?')
})

itInBrowser('leads from an invitation behind the wrong address to the enrollment', async () => {
  const { token } = await invite(stack.info, 'Inga')
  const { wizard } = await open(`${stack.info.proxyUrl}/password-reset#token=${token}`)
  await wizard.at('This is an invitation')
  await wizard.page.getByRole('link', { name: 'Go to the enrollment' }).click()
  await wizard.at(/^You have been invited to /)
})

itInBrowser(
  'has no screen on which a machine finds a barrier',
  async () => {
    const account = await createAccount(stack.info, 'Walker')
    const { page, wizard } = await open(`${stack.info.proxyUrl}/password-reset`)
    const found: string[] = []
    const check = async (title: string) => {
      await wizard.at(title)
      found.push(...(await findBarriers(page)).map((barrier) => `${title}: ${barrier}`))
    }
    await check('Forgot your password?')
    await wizard.button('Send me a link').click()
    await page.getByText('Please enter an e-mail address').waitFor()
    await check('Forgot your password?')
    await page.getByLabel('E-mail address').fill(account.email)
    await wizard.button('Send me a link').click()
    await check('Look in your mail')
    const link = await readLink(stack.info, account)
    await page.goto(link.slice(0, -1))
    await check('This link is not complete')
    await page.goto(link)
    await check('Choose a new password')
    await wizard.button('Begin').click()
    await check('Your new password')
    await wizard.typePassword(PASSWORD)
    await wizard.button('Set the new password').click()
    await check('Your new password is set')
    expect(found).toEqual([])
  },
  120_000,
)

// The last one: from here on nobody can ask.
itInBrowser('says whom to ask where passwords are not reset by mail', async () => {
  await runCli(stack.info, 'settings', 'set', 'password_reset_enabled', 'false')
  const { page, wizard } = await open(stack.info.proxyUrl)
  await wizard.at(/^Welcome to /)
  await page.waitForLoadState('networkidle')
  expect(await page.getByText('Reset my password').count()).toBe(0)
  await page.goto(`${stack.info.proxyUrl}/password-reset`)
  await wizard.at('Passwords are not reset here')
  await page.getByText('Please contact your admin.').waitFor()
})
