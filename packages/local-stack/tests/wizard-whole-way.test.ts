import { expect } from '@jest/globals'
import type { Browser } from 'playwright-core'
import { visit } from './_browser.js'
import { withStackAndBrowser } from './_in-browser.js'
import { type Invitation, invite, stateOf } from './_invitations.js'
import { LANGUAGES, type SpokenLanguage } from './_languages.js'
import { DESKTOP_VIEW, Looks, PHONE_VIEW } from './_looks.js'
import { readMail } from './_mails.js'
import { FactorWizard } from './_second-factor.js'
import type { TestStack } from './_stack.js'
import { saying } from './_wizard.js'

const PASSWORD = 'correct horse battery'
const DEVICES = { desktop: DESKTOP_VIEW, phone: PHONE_VIEW }

const NAMES: Readonly<Record<string, string>> = {
  'en-desktop': 'Ada',
  'en-phone': 'Grace',
  'pl-desktop': 'Zofia',
  'pl-phone': 'Halina',
  'de-desktop': 'Ulrike',
  'de-phone': 'Jochen',
}
/** Screens are the same in each language, so the costly searches need not see each of them six times. */
const SEARCHED: Readonly<Record<string, { barriers?: boolean; losses?: boolean }>> = {
  'en-desktop': { barriers: true },
  'pl-phone': { barriers: true },
  'de-desktop': { losses: true }, // the longest words
}

let stack: TestStack
let browser: Browser
const itInBrowser = withStackAndBrowser((started) => {
  ;({ stack, browser } = started)
})

for (const language of LANGUAGES) {
  for (const device of ['desktop', 'phone'] as const) {
    itInBrowser(
      `leads through every step on a ${device} in the language ${language.tag}, without a barrier`,
      () => walk(language, device),
      240_000,
    )
  }
}

async function walk(language: SpokenLanguage, device: keyof typeof DEVICES): Promise<void> {
  const { tag, locale, text, onboarding } = language
  const place = `${tag}-${device}`
  const person = await invite(stack.info, NAMES[place] ?? place)
  const { page, complaints } = await visit(browser, { locale, ...DEVICES[device] })
  const wizard = new FactorWizard(page, text)
  const looks = new Looks(wizard, { place, ...SEARCHED[place] })

  await toFirstStep(wizard, looks, person)
  await checkData(wizard, looks, { note: device === 'desktop' ? `${tag}: Byron.` : undefined })
  await secureAccount(wizard, looks)
  expect(await stateOf(stack.info, person.username)).toBe('activated')

  await looks.at(text.vpn.title, '12-vpn')
  await wizard.addDevice('Laptop')
  await looks.at(text.vpn.titleAdded('Laptop'), '13-device')
  await wizard.next()
  await looks.at(saying(text.finish.title), '14-finish')
  await page.getByRole('region').getByRole('heading', { name: onboarding }).waitFor()
  await page.getByText(text.finish.login(person.username)).waitFor()
  await page.getByText(text.finish.connect('Laptop')).waitFor()
  await page.getByRole('img', { name: text.finish.qr }).waitFor()
  expect(await page.evaluate(() => document.documentElement.lang)).toBe(tag)
  expect(await page.title()).toMatch(
    saying((name) => text.common.pageTitle(text.finish.title(name), name)),
  )
  expect(looks.found).toEqual([])
  expect(complaints).toEqual([])
}

async function toFirstStep(wizard: FactorWizard, looks: Looks, { url }: Invitation): Promise<void> {
  const { page, text } = wizard
  await page.goto(url)
  await looks.at(saying(text.landing.invited), '01-invitation')
  await wizard.button(text.landing.useApp).click()
  await looks.at(text.choose.title, '02-choose-before-begin')
  await page.getByRole('button', { name: text.choose.app }).click()
  await looks.at(text.useApp.title, '03-app-before-begin')
  await wizard.button(text.common.back).click()
  await wizard.button(text.common.back).click()
  await wizard.button(text.landing.begin).click()
  await looks.at(text.choose.title, '04-choose')
  await page.getByRole('button', { name: text.choose.browser }).click()
  await looks.at(saying(text.welcome.title), '05-welcome')
  await wizard.next()
}

async function checkData(
  wizard: FactorWizard,
  looks: Looks,
  { note }: { note: string | undefined },
) {
  const { page, text } = wizard
  await looks.at(text.data.title, '06-data')
  await page.getByText(text.data.wrong).click()
  await page.getByLabel(text.note.label).fill(note ?? 'Byron.')
  await looks.at(text.data.title, '07-note')
  // The proxy takes five notes a minute from one address.
  if (note) {
    await wizard.button(text.note.send).click()
    await page.getByText(text.note.sent).waitFor()
    await readMail(stack.info, 'admin@example.com', note)
  } else {
    await page.getByLabel(text.note.label).fill('')
  }
  await page.getByLabel(text.data.phone).fill('+48 600 100 200')
  await wizard.next()
}

/** A password and a second factor. */
async function secureAccount(wizard: FactorWizard, looks: Looks): Promise<void> {
  const { page, text } = wizard
  await wizard.at(text.password.title)
  await wizard.typePassword(PASSWORD)
  await page.getByLabel(text.secondFactor.want).check()
  await looks.at(text.password.title, '08-password')
  await wizard.next()
  await looks.at(text.secondFactor.chooseTitle, '09-choose-factor')
  await page.getByRole('button', { name: text.secondFactor.app }).click()
  await wizard.code.waitFor()
  const secret = await wizard.secret()
  await looks.at(text.secondFactor.appTitle, '10-second-factor')
  await wizard.prove(secret)
  await looks.at(text.secondFactor.codesTitle, '11-recovery-codes')
  await wizard.createAccount()
}
