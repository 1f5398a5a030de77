import { expect } from '@jest/globals'
import type { Browser } from 'playwright-core'
import { findBarriers } from './_accessibility.js'
import { type Visit, visit } from './_browser.js'
import { runCli } from './_cli.js'
import { withStackAndBrowser } from './_in-browser.js'
import { invite, letTimePass, stateOf } from './_invitations.js'
import type { TestStack } from './_stack.js'
import { Wizard } from './_wizard.js'

/** Well-formed, and of no installation (API §7). */
const UNKNOWN = 'dge_tCL7q3jjBItB2mLT2aAC514GiOwkGQs02E4Q2N'
const OF_PASSWORD_RESET = 'dgr_tCL7q3jjBItB2mLT2aAC514GiOwkGQs02znOWo'
const OF_NETWORK_DEVICE = 'dgn_tCL7q3jjBItB2mLT2aAC514GiOwkGQs04JO3ii'

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

function calls({ requests }: Visit, path = '/api/v1/enrollment/'): string[] {
  return requests.map(({ url }) => new URL(url).pathname).filter((each) => each.startsWith(path))
}

itInBrowser('starts no clock before the click on Begin', async () => {
  const { url, username } = await invite(stack.info, 'Begum')
  const visited = await open(url)
  await visited.wizard.at(/^You have been invited to /)
  await visited.page.reload({ waitUntil: 'networkidle' })
  expect(calls(visited)).toEqual([])
  expect(await stateOf(stack.info, username)).toBe('open')
  await visited.wizard.button('Begin').click()
  await visited.wizard.at('How would you like to enroll?')
  expect(await stateOf(stack.info, username)).toBe('in_progress')
})

itInBrowser('takes the token of an old link out of the address and the history', async () => {
  const { token } = await invite(stack.info, 'Olga')
  const { page, wizard } = await open(`${stack.info.proxyUrl}/?token=${token}`)
  await wizard.at(/^You have been invited to /)
  expect(page.url()).toBe(`${stack.info.proxyUrl}/`)
  await page.goto('about:blank')
  await page.goBack()
  expect(page.url()).toBe(`${stack.info.proxyUrl}/`)
})

// A link that was opened twice in a row came back as an invitation at the next reload: the second
// time came before the page listened, and its token stayed in the address.
itInBrowser(
  'takes the token out of the address when the page is opened twice in a row',
  async () => {
    const { url, token } = await invite(stack.info, 'Ida')
    const { page } = await visit(browser)
    await page.addInitScript(() => {
      const listen = window.addEventListener
      window.addEventListener = function (this: Window, ...args: Parameters<typeof listen>) {
        if (args[0] === 'hashchange') history.replaceState(null, '', `/#token=${opened}`)
        return listen.apply(this, args)
      } as typeof listen
      const opened = location.hash.replace('#token=', '')
    })
    await page.goto(url)
    await new Wizard(page).button('Begin').waitFor()
    expect(page.url()).not.toContain(token)
  },
)

itInBrowser('finds a mistyped token without asking anybody', async () => {
  const visited = await open(`${stack.info.proxyUrl}/`)
  const { page, wizard } = visited
  await page.getByLabel('Enrollment token').fill(UNKNOWN.replace('tCL7', 'tCI7'))
  await wizard.button('Continue').click()
  await page.getByText('a character is missing or changed').waitFor()
  expect(calls(visited)).toEqual([])
})

itInBrowser('says what a link is for that enrolls nobody, without asking anybody', async () => {
  const { proxyUrl } = stack.info
  const visited = await open(`${proxyUrl}/#token=${OF_NETWORK_DEVICE}`)
  const { page, wizard } = visited
  await wizard.at('This token is for a network device')
  expect(await page.getByRole('textbox', { name: 'Command' }).inputValue()).toBe(
    `dg enroll -u ${proxyUrl}/ -t ${OF_NETWORK_DEVICE}`,
  )
  expect(await findBarriers(page)).toEqual([])
  await wizard.button('Enter another token').click()
  await page.getByLabel('Enrollment token').fill(OF_PASSWORD_RESET)
  await wizard.button('Continue').click()
  await wizard.at('This link is for a new password')
  await page.getByRole('link', { name: 'Choose a new password' }).click()
  await page.waitForURL('**/password-reset')
  await wizard.at('Choose a new password')
  expect(calls(visited, '/api/v1/')).toEqual(Array(2).fill('/api/v1/instance'))
})

itInBrowser(
  'offers both ways without a link, and a new password only where it is allowed',
  async () => {
    const { page } = await open(`${stack.info.proxyUrl}/`)
    await page.getByRole('heading', { name: 'Enroll', level: 2 }).waitFor()
    const toReset = page.getByRole('link', { name: 'Reset my password' })
    expect(await toReset.getAttribute('href')).toBe('/password-reset')
    await runCli(stack.info, 'settings', 'set', 'password_reset_enabled', 'false')
    try {
      await page.reload()
      await new Wizard(page).at('Welcome to Defguard')
      expect(await toReset.count()).toBe(0)
    } finally {
      await runCli(stack.info, 'settings', 'set', 'password_reset_enabled', 'true')
    }
  },
)

itInBrowser('says that a token is unknown, and takes another one', async () => {
  const { token } = await invite(stack.info, 'Uma')
  const { page, wizard } = await open(`${stack.info.proxyUrl}/#token=${UNKNOWN}`)
  await wizard.button('Begin').click()
  await wizard.at('This link is not known here')
  await wizard.button('Enter another token').click()
  await page.getByLabel('Enrollment token').fill(`  ${token.slice(0, 9)} ${token.slice(9)}\n`)
  await wizard.button('Continue').click()
  await wizard.button('Begin').click()
  await wizard.at('How would you like to enroll?')
})

itInBrowser('stops with whom to ask when the link is withdrawn in the middle', async () => {
  const { url, username } = await invite(stack.info, 'Mia')
  const { page, wizard } = await open(url)
  await wizard.begin(url)
  await wizard.toPassword()
  await runCli(stack.info, 'enrollment', 'revoke', username, '--yes')
  await wizard.typePassword('correct horse battery')
  await wizard.next()
  await wizard.at(/^(This link was withdrawn|Time is up)$/)
  await page.getByRole('link', { name: 'admin@example.com' }).waitFor()
})

itInBrowser('says that the time is up when it is, and forgets what was typed', async () => {
  const { url } = await invite(stack.info, 'Tim')
  const { page, wizard } = await open(url)
  await page.clock.install()
  await wizard.begin(url)
  await wizard.next()
  await page.getByLabel('Phone').fill('+48 600 100 200')
  const announced = page.getByRole('status').getByText(/ left\.$/)
  expect(await announced.count()).toBe(0)
  await page.clock.fastForward('08:10')
  await page.getByRole('timer').getByText('1 minute').waitFor()
  const first = await announced.textContent()
  await page.clock.fastForward('00:10')
  expect(await announced.textContent()).toBe(first) // once, and not with every second
  await page.clock.fastForward('01:20')
  await announced.getByText(/^\d\d seconds left\.$/).waitFor()
  await page.clock.fastForward('00:30')
  await wizard.at('Time is up')
  await page.getByRole('link', { name: 'admin@example.com' }).waitFor()
  expect(await page.evaluate(() => sessionStorage.length)).toBe(0)
})

itInBrowser('keeps the last page, and no secret, after the time is up', async () => {
  const { url, token } = await invite(stack.info, 'Lea')
  const { page, wizard } = await open(url)
  await wizard.begin(url)
  await wizard.activate('correct horse battery')
  await wizard.button('Skip this step').click()
  await wizard.at('You are all set, Lea')
  await letTimePass(stack.info, 'lea', 'session_deadline')
  await page.reload()
  await wizard.at('You are all set, Lea')
  await page.getByRole('heading', { name: 'Questions?', level: 2 }).waitFor()
  expect(await page.content()).not.toContain(token)
})
