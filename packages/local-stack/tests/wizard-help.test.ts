import { expect } from '@jest/globals'
import type { Browser, Page } from 'playwright-core'
import { findBarriers } from './_accessibility.js'
import { App } from './_app.js'
import { type Visit, visit } from './_browser.js'
import { runCli } from './_cli.js'
import { saved } from './_given-files.js'
import { withStackAndBrowser } from './_in-browser.js'
import { type Invitation, invite, letTimePass } from './_invitations.js'
import { readMail } from './_mails.js'
import type { TestStack } from './_stack.js'
import { Wizard } from './_wizard.js'

const ADMIN = 'admin@example.com'

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

/** Lets the answers of a call get lost, after core has done it. */
async function loseAnswers(page: Page, path: string, times: number): Promise<void> {
  let lost = 0
  await page.route(`**${path}`, async (route) => {
    if (lost++ >= times) return route.continue()
    await route.fetch()
    await route.abort('connectionreset')
  })
}

// All in one, because the proxy takes five notes a minute from one address.
itInBrowser(
  'passes notes on to the admin, three of them, and takes none that arrived for refused',
  async () => {
    const { page, wizard, url } = await invited('Nora')
    const write = async (note: string) => {
      await page.getByLabel('What is wrong?').fill(note)
      await wizard.button('Send the note').click()
    }
    await wizard.begin(url)
    await wizard.next()
    await wizard.at('Verify your data')
    await page.getByText('Something is wrong?').click()
    await write('x'.repeat(2001))
    await page.getByRole('alert').getByText('at most 2000 characters').waitFor()
    await page.getByLabel('What is wrong?').fill('My last name is Byron.')
    await page.reload()
    expect(await page.getByLabel('What is wrong?').inputValue()).toBe('My last name is Byron.')
    await wizard.next()
    await page.getByText('Your note has not been sent.').waitFor()
    expect(await findBarriers(page)).toEqual([])
    await wizard.button('Send the note').dblclick()
    await page.getByText('Thank you, your note is on its way').waitFor()
    await readMail(stack.info, ADMIN, 'My last name is Byron.')
    await wizard.button('Write another note').click()
    await write('And my phone is lost.')
    await wizard.button('Write another note').click()
    await loseAnswers(page, '/enrollment/note', 1)
    await write('It is a blue one.')
    await page.getByText('Thank you, your note is on its way').waitFor()
    await wizard.button('Write another note').click()
    await write('The very last one.')
    await page.getByRole('alert').getByText('No more notes can be sent').waitFor()
    await page.getByLabel('What is wrong?').fill('')
    await wizard.next()
    await wizard.at('Create your password')
  },
  60_000,
)

itInBrowser(
  'tells a withdrawn, a forgotten and a used link apart, and asks the admin once for a new one',
  async () => {
    const revoked = await invited('Rosa')
    await runCli(stack.info, 'enrollment', 'revoke', revoked.username, '--yes')
    const expired = await invited('Xenia')
    await letTimePass(stack.info, expired.username, 'expires_at')
    const used = await invited('Ulla')
    await App.open(stack.info, used.token)
    await letTimePass(stack.info, used.username, 'session_deadline')
    for (const [{ page, wizard, url, email, requests }, title] of [
      [revoked, 'This link was withdrawn'],
      [expired, 'This link has expired'],
      [used, 'This link has been used'],
    ] as const) {
      await page.goto(url)
      await wizard.button('Begin').click()
      await wizard.at(title)
      await wizard.button('Ask for a new link').dblclick()
      await page.getByText('If this link was real, the person who invited you').waitFor()
      expect(await wizard.button('Ask for a new link').count()).toBe(0)
      expect(requests.filter((sent) => sent.url.endsWith('/request_link'))).toHaveLength(1)
      expect(await page.evaluate(() => sessionStorage.length)).toBe(0)
      await readMail(stack.info, ADMIN, email)
    }
  },
  60_000,
)

itInBrowser('asks for a new link when the time is up, whatever was under way', async () => {
  const { page, wizard, url } = await invited('Tilda')
  await wizard.begin(url)
  await wizard.toPassword()
  await wizard.typePassword('correct horse battery')
  const isSent = page.waitForRequest('**/activate_user')
  await page.route('**/activate_user', () => undefined) // nobody ever answers
  await wizard.next()
  await isSent
  await page.clock.setFixedTime(Date.now() + 601_000)
  await wizard.at('Time is up')
  await loseAnswers(page, '/request_link', 1)
  await wizard.button('Ask for a new link').click()
  await page.getByText(/If this link was real, Sample Admin has been told/).waitFor()
  expect(await findBarriers(page)).toEqual([])
})

itInBrowser(
  'offers no second invitation to whoever has an account when the time is up',
  async () => {
    const { page, wizard, url } = await invited('Enya')
    await page.clock.install()
    await wizard.begin(url)
    await wizard.activate('correct horse battery')
    await page.clock.fastForward('10:01')
    await wizard.at('Time is up')
    await page.getByText('You can log in as enya').waitFor()
    expect(await wizard.button('Ask for a new link').count()).toBe(0)
    await wizard.button('Read what comes next').click()
    await wizard.at('You are all set, Enya')
  },
)

itInBrowser(
  'keeps a configuration on the page that was not saved when the time was up',
  async () => {
    const { page, wizard, url } = await invited('Kaja')
    await page.clock.install()
    await wizard.begin(url)
    await wizard.activate('correct horse battery')
    await wizard.addDevice('Kaja’s PC')
    await page.clock.fastForward('10:01')
    await page.getByText('Your time is up, but this device was added in time').waitFor()
    const { content } = await saved(wizard.button('Download Sample-office.conf'))
    expect(content.toString()).toMatch(/^PrivateKey = [A-Za-z0-9+/]{43}=$/m)
    await wizard.next()
    await wizard.at('You are all set, Kaja')
  },
)

itInBrowser('goes on with the same link once a disabled account is enabled again', async () => {
  const { page, wizard, url, username } = await invited('Dora')
  await wizard.begin(url)
  await runCli(stack.info, 'user', 'disable', username, '--yes')
  await page.reload()
  await wizard.at('Your account is switched off')
  await runCli(stack.info, 'user', 'enable', username, '--yes')
  await wizard.button('Try again').click()
  await wizard.begin(url)
})
