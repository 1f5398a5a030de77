import { expect } from '@jest/globals'
import type { Browser } from 'playwright-core'
import { App } from './_app.js'
import { type Visit, visit } from './_browser.js'
import { runCli } from './_cli.js'
import { withStackAndBrowser } from './_in-browser.js'
import { type Invitation, invite, stateOf } from './_invitations.js'
import type { TestStack } from './_stack.js'
import { Wizard } from './_wizard.js'

const PASSWORD = 'correct horse battery'

let stack: TestStack
let browser: Browser
const itInBrowser = withStackAndBrowser((started) => {
  ;({ stack, browser } = started)
})

/** Somebody who reads, before Begin, how to enroll with the app. */
async function considering(firstName: string): Promise<Visit & Invitation & { wizard: Wizard }> {
  const invitation = await invite(stack.info, firstName)
  const visited = await visit(browser)
  const wizard = new Wizard(visited.page)
  await visited.page.goto(invitation.url)
  await wizard.button('Use the Defguard app instead').click()
  await visited.page.getByRole('button', { name: /With the Defguard app/ }).click()
  await wizard.at('Enroll with the Defguard app')
  return { ...visited, ...invitation, wizard }
}

/** The same, once their page waits for the app. */
async function waiting(firstName: string) {
  const person = await considering(firstName)
  await person.wizard.button('I have opened the app').click()
  await person.page.getByText('Waiting for the app.').waitFor()
  return person
}

itInBrowser('starts no clock while somebody reads about the app', async () => {
  const { page, username, token } = await considering('Alma')
  const link = await page.getByRole('link', { name: 'Open the Defguard app' }).getAttribute('href')
  expect(link).toBe(
    `defguard://addinstance?token=${token}&url=${encodeURIComponent(`${stack.info.proxyUrl}/`)}`,
  )
  await page.reload()
  await new Wizard(page).at('Enroll with the Defguard app')
  expect(await stateOf(stack.info, username)).toBe('open')
})

itInBrowser('notices by itself when the app has enrolled the person', async () => {
  const { page, wizard, token } = await waiting('Berta')
  const app = await App.open(stack.info, token)
  await app.addDevice('Berta’s PC')
  await app.activate(PASSWORD)
  await page.getByText('Done! The app has set up your account.').waitFor()
  await page.getByText('The app has connected “Berta’s PC”.').waitFor()
  await wizard.next()
  await wizard.at('You are all set, Berta')
})

itInBrowser('knows an app that was quicker than the click', async () => {
  const { page, wizard, token } = await considering('Carla')
  const app = await App.open(stack.info, token)
  await app.addDevice('Carla’s PC')
  await app.activate(PASSWORD)
  await wizard.button('I have opened the app').click()
  await page.getByText('Your account is set up').waitFor()
  await page.getByRole('listitem').getByText('Carla’s PC').waitFor()
  await page.reload()
  await page.getByText('Your account is set up').waitFor()
  await wizard.next()
  await wizard.at('You are all set, Carla')
})

itInBrowser('looks at once when the page is shown again', async () => {
  const { page, wizard, token } = await considering('Dana')
  await page.clock.install()
  await wizard.button('I have opened the app').click()
  await page.getByText('Waiting for the app.').waitFor()
  await page.clock.pauseAt(Date.now() + 1_000) // no timer goes off any more
  await (await App.open(stack.info, token)).activate(PASSWORD)
  await setVisibility(page, 'hidden')
  await setVisibility(page, 'visible')
  await page.getByText('Done! The app has set up your account.').waitFor()
})

itInBrowser('ends well when the time is up after the app was done', async () => {
  const { page, wizard, token } = await considering('Edda')
  await page.clock.install()
  await wizard.button('I have opened the app').click()
  await page.getByText('Waiting for the app.').waitFor()
  await (await App.open(stack.info, token)).activate(PASSWORD)
  await page.clock.fastForward('00:06')
  await page.getByText('Done! The app has set up your account.').waitFor()
  await page.clock.fastForward('10:00')
  await wizard.at('You are all set, Edda')
  await page.getByRole('heading', { name: 'Questions?', level: 2 }).waitFor()
})

itInBrowser('says that it cannot look, and goes on looking by itself', async () => {
  const { page, token } = await waiting('Ellen')
  await page.context().setOffline(true)
  await page.getByText('We are trying to reach the server').waitFor()
  await page.context().setOffline(false)
  await page.getByText('Waiting for the app.').waitFor()
  await (await App.open(stack.info, token)).activate(PASSWORD)
  await page.getByText('Done! The app has set up your account.').waitFor()
})

itInBrowser('lets the person change their mind while it waits', async () => {
  const { page, wizard } = await waiting('Frida')
  await wizard.button('Back').click()
  await page.getByRole('button', { name: /In this browser/ }).click()
  await wizard.at('Hello, Frida')
  await wizard.activate(PASSWORD)
})

itInBrowser('leads to the app whom the browser may add no device', async () => {
  await runCli(stack.info, 'settings', 'set', 'only_client_activation', 'true')
  try {
    const { url } = await invite(stack.info, 'Hanna')
    const { page } = await visit(browser)
    const wizard = new Wizard(page)
    await wizard.begin(url)
    await wizard.toPassword()
    await wizard.typePassword(PASSWORD)
    await wizard.next()
    await wizard.at('You are all set, Hanna')
    await page.getByRole('link', { name: 'Open the Defguard app' }).waitFor()
    const later = await visit(browser)
    await later.page.goto(url)
    await new Wizard(later.page).button('Begin').click()
    await new Wizard(later.page).at('Add the Defguard app')
  } finally {
    await runCli(stack.info, 'settings', 'set', 'only_client_activation', 'false')
  }
})

itInBrowser('does not wait for an app whose link was withdrawn', async () => {
  const { wizard, username } = await waiting('Gerda')
  await runCli(stack.info, 'enrollment', 'revoke', username, '--yes')
  await wizard.at('This link was withdrawn')
})

function setVisibility(page: Visit['page'], state: 'hidden' | 'visible'): Promise<void> {
  return page.evaluate((visibilityState) => {
    Object.defineProperty(document, 'visibilityState', { value: visibilityState, writable: true })
    document.dispatchEvent(new Event('visibilitychange'))
  }, state)
}
