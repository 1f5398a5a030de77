import { expect } from '@jest/globals'
import type { Browser, BrowserContext } from 'playwright-core'
import { type Visit, visit } from './_browser.js'
import { withStackAndBrowser } from './_in-browser.js'
import { type Account, canLogIn, createAccount, mailedLink, resetToken } from './_password-reset.js'
import { readInfo, type TestStack } from './_stack.js'
import { Wizard } from './_wizard.js'

const PASSWORD = 'correct horse battery'
/** Well-formed, and of no installation (API §7). */
const UNKNOWN = 'dgr_tCL7q3jjBItB2mLT2aAC514GiOwkGQs02znOWo'

let stack: TestStack
let browser: Browser
const itInBrowser = withStackAndBrowser((started) => {
  ;({ stack, browser } = started)
})

async function open(url: string): Promise<Visit & { wizard: Wizard }> {
  const visited = await visit(browser)
  await visited.page.goto(url)
  return { ...visited, wizard: new Wizard(visited.page) }
}

/** Somebody in the middle of it. */
async function begun(
  firstName: string,
  context?: BrowserContext,
): Promise<Visit & { wizard: Wizard; account: Account }> {
  const account = await createAccount(stack.info, firstName)
  const link = await mailedLink(stack.info, account)
  const visited = context
    ? { page: await context.newPage(), requests: [], complaints: [] }
    : await visit(browser)
  await visited.page.goto(link)
  const wizard = new Wizard(visited.page)
  await wizard.button('Begin').click()
  await wizard.at('Your new password')
  return { ...visited, wizard, account }
}

itInBrowser('shows why the server refuses a password, and takes a better one', async () => {
  const { page, wizard, account } = await begun('Wanda')
  for (const [password, reason] of [
    ['short', 'Please use at least 8 characters.'],
    ['password123', 'one of the most common passwords'],
    ['Wanda-2024!', 'Please choose another.'],
  ] as const) {
    await wizard.typePassword(password)
    await wizard.button('Set the new password').click()
    await page.getByRole('alert').getByText(reason).waitFor()
  }
  expect(await canLogIn(stack.info, account, account.password)).toBe(true)
  await wizard.typePassword(PASSWORD)
  await wizard.button('Set the new password').click()
  await wizard.at('Your new password is set')
})

itInBrowser('sets the password once when the button is clicked twice', async () => {
  const { wizard, requests } = await begun('Dora')
  await wizard.typePassword(PASSWORD)
  await wizard.button('Set the new password').dblclick()
  await wizard.at('Your new password is set')
  expect(requests.filter(({ url }) => url.endsWith('/password-reset/reset'))).toHaveLength(1)
})

itInBrowser('comes to its end when the answer is lost on its way', async () => {
  const { page, wizard, account } = await begun('Lotte')
  let lost = 0
  await page.route('**/password-reset/reset', async (route) => {
    if (lost++ > 0) return route.continue()
    // Core has done it, and the browser hears nothing of it, not even that its cookie is gone.
    const { method, url, headers, body } = {
      method: 'POST',
      url: route.request().url(),
      headers: await route.request().allHeaders(),
      body: route.request().postData(),
    }
    await fetch(url, { method, headers, body })
    await route.abort('connectionreset')
  })
  await wizard.typePassword(PASSWORD)
  await wizard.button('Set the new password').click()
  await wizard.at('Your new password is set')
  expect(lost).toBe(2)
  expect(await canLogIn(stack.info, account, PASSWORD)).toBe(true)
})

// Two people reset their passwords at one computer. The browser has one cookie for both tabs, and
// without a start of its own the first tab would have set the other person's password.
itInBrowser('sets nobody else’s password when another link is open in a second tab', async () => {
  const first = await begun('Hansel')
  const second = await begun('Gretel', first.page.context())
  await first.wizard.typePassword(PASSWORD)
  await first.wizard.button('Set the new password').click()
  await first.wizard.at('Your new password is set')
  expect(await canLogIn(stack.info, first.account, PASSWORD)).toBe(true)
  expect(await canLogIn(stack.info, second.account, PASSWORD)).toBe(false)
  await second.wizard.typePassword('another good password')
  await second.wizard.button('Set the new password').click()
  await second.wizard.at('Your new password is set')
})

itInBrowser('tells an unknown, a forgotten, a withdrawn and a mistyped link apart', async () => {
  const expired = await createAccount(stack.info, 'Exa')
  const forgotten = await mailedLink(stack.info, expired)
  const hourAgo = `now() - interval '1 hour'`
  await resetToken(stack.info, expired.username, `set expires_at = ${hourAgo}`)
  const revoked = await createAccount(stack.info, 'Rita')
  const withdrawn = await mailedLink(stack.info, revoked)
  await resetToken(stack.info, revoked.username, `set revoked_at = now()`)
  for (const [link, title] of [
    [`${stack.info.proxyUrl}/password-reset#token=${UNKNOWN}`, 'This link is not known here'],
    [forgotten, 'This link has expired'],
    [withdrawn, 'This link was withdrawn'],
  ] as const) {
    const { page, wizard } = await open(link)
    await wizard.button('Begin').click()
    await wizard.at(title)
    await wizard.button('Ask for a new link').waitFor()
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0)
  }
  const mistyped = await open(forgotten.slice(0, -1))
  await mistyped.wizard.at('This link is not complete')
  expect(mistyped.requests.filter(({ method }) => method !== 'GET')).toEqual([])
})

itInBrowser('says that the time is up when it is', async () => {
  const account = await createAccount(stack.info, 'Tim')
  const link = await mailedLink(stack.info, account)
  const { page } = await visit(browser)
  const wizard = new Wizard(page)
  await page.clock.install()
  await page.goto(link)
  await wizard.button('Begin').click()
  await wizard.at('Your new password')
  await page.clock.fastForward('10:01')
  await wizard.at('Time is up')
  expect(await canLogIn(stack.info, account, account.password)).toBe(true)
})

itInBrowser('waits when too many ask, and says until when', async () => {
  const { page, wizard } = await open(`${stack.info.proxyUrl}/password-reset`)
  const email = page.getByLabel('E-mail address')
  for (let asked = 0; asked < 5; asked++) {
    await email.fill('nobody@example.com')
    await wizard.button('Send me a link').click()
    await wizard.at('Look in your mail')
    await wizard.button('Enter the address again').click()
  }
  await wizard.button('Send me a link').click()
  await wizard.at('Too many attempts')
  await page.getByText(/^You can try again in \d+ seconds\.$/).waitFor()
})

itInBrowser(
  'says that it waits while core is away, and goes on by itself',
  async () => {
    const { page, wizard } = await begun('Wilma')
    await wizard.typePassword(PASSWORD)
    const { core } = readInfo(stack.dir).pids
    process.kill(core, 'SIGSTOP')
    try {
      await wizard.button('Set the new password').click()
      await wizard.heading('We are trying to reach the server').waitFor({ timeout: 20_000 })
      expect(await page.getByLabel('New password').isVisible()).toBe(false)
    } finally {
      process.kill(core, 'SIGCONT')
    }
    await wizard.heading('Your new password is set').waitFor({ timeout: 30_000 })
  },
  90_000,
)
