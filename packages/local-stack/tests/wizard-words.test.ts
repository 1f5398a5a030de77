import { expect } from '@jest/globals'
import type { Browser } from 'playwright-core'
import { de } from '../../../services/enrollment-proxy/web/src/i18n/de.js'
import { en } from '../../../services/enrollment-proxy/web/src/i18n/en.js'
import { pl } from '../../../services/enrollment-proxy/web/src/i18n/pl.js'
import { visit } from './_browser.js'
import { withStackAndBrowser } from './_in-browser.js'
import { invite } from './_invitations.js'
import type { TestStack } from './_stack.js'
import { saying, Wizard } from './_wizard.js'

let stack: TestStack
let browser: Browser
const itInBrowser = withStackAndBrowser((started) => {
  ;({ stack, browser } = started)
})

itInBrowser('tells a refusal in the words of the page, also one it never heard of', async () => {
  const { url } = await invite(stack.info, 'Maja')
  const { page } = await visit(browser, { locale: 'pl-PL' })
  const wizard = new Wizard(page, pl)
  await page.route('**/enrollment/start', (route) =>
    route.fulfill({ status: 400, json: { error: 'The moon is full', reason: 'moon_full' } }),
  )
  await page.goto(url)
  await wizard.button(pl.landing.begin).click()
  await page.getByText(pl.common.fault).waitFor()
  expect(await page.getByText('The moon is full').count()).toBe(0)
  await page.unroute('**/enrollment/start')
  await wizard.begin(url)
  await wizard.toPassword()
  await wizard.typePassword('password123')
  await wizard.next()
  await page.getByText(pl.password.common).waitFor()
  expect(await page.getByText('password not strong enough').count()).toBe(0)
  await wizard.pickLanguage('Deutsch')
  await page.getByText(de.password.common).waitFor()
})

itInBrowser('stays as it is when a language does not come, and takes it when it does', async () => {
  const { page } = await visit(browser)
  const wizard = new Wizard(page)
  await page.route('**/assets/de-*', (route) => route.abort())
  await page.goto(stack.info.proxyUrl)
  await wizard.pickLanguage('Deutsch')
  await page.getByText(en.language.failed).waitFor()
  await wizard.at(saying(en.landing.title))
  expect(await page.getByLabel(en.language.label).inputValue()).toBe('en')
  await page.unroute('**/assets/de-*')
  await wizard.pickLanguage('Deutsch')
  await wizard.at(saying(de.landing.title))
  expect(await page.getByText(de.language.failed).count()).toBe(0)
})

itInBrowser('opens in English where the words of the browser’s language are lost', async () => {
  const { page } = await visit(browser, { locale: 'pl-PL' })
  await page.route('**/assets/pl-*', (route) => route.abort())
  await page.goto(stack.info.proxyUrl)
  await new Wizard(page).at(saying(en.landing.title))
  expect(await page.evaluate(() => document.documentElement.lang)).toBe('en')
})

itInBrowser('says in every language that the page did not load', async () => {
  const { page } = await visit(browser)
  await page.route('**/assets/wizard-*', (route) => route.abort())
  await page.goto(stack.info.proxyUrl)
  for (const words of ['Please reload it', 'Bitte laden Sie sie neu', 'Odśwież ją']) {
    await page.getByText(words).waitFor()
  }
})
