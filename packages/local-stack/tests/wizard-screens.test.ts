import { expect, jest } from '@jest/globals'
import type { Browser, Page } from 'playwright-core'
import { TOKENS } from '../../../services/enrollment-proxy/web/src/flow/_flow.js'
import { en, type Messages } from '../../../services/enrollment-proxy/web/src/i18n/en.js'
import { App } from './_app.js'
import { visit } from './_browser.js'
import { runCli } from './_cli.js'
import { withStackAndBrowser } from './_in-browser.js'
import { invite, letTimePass } from './_invitations.js'
import { findEnglish, LANGUAGES } from './_languages.js'
import { DESKTOP_VIEW, Looks, PHONE_VIEW } from './_looks.js'
import { createAccount, mailedLink } from './_password-reset.js'
import { FactorWizard } from './_second-factor.js'
import type { TestStack } from './_stack.js'
import { saying, Wizard } from './_wizard.js'

const PASSWORD = 'correct horse battery'
/** Look-ups of unknown tokens that the proxy allows one address a minute (API §8). */
const GUESSES_MAX = 20

jest.setTimeout(240_000) // dozens of pictures, on a busy machine

let stack: TestStack
let browser: Browser
/** All that was found on any screen. */
const found: string[] = []
const itInBrowser = withStackAndBrowser((started) => {
  ;({ stack, browser } = started)
})

type TitleOf = (text: Messages) => string | RegExp

/**
 * Shows the screen that stands there in each language, where nothing may stay in English, and
 * searches it in German, whose words are the longest.
 */
async function look(page: Page, screen: string, titleOf: TitleOf): Promise<void> {
  for (const { tag, text } of LANGUAGES) {
    await page.getByRole('combobox').selectOption(tag)
    const isPhone = tag === 'pl'
    await page.setViewportSize((isPhone ? PHONE_VIEW : DESKTOP_VIEW).viewport)
    const looks = new Looks(new Wizard(page, text), {
      place: `${tag}-${isPhone ? 'phone' : 'desktop'}`,
      barriers: tag === 'de',
      losses: tag === 'de',
    })
    await looks.at(titleOf(text), screen)
    found.push(...looks.found)
    // What the company says is core's, in the language of the person's session.
    const ofCompany = await page.getByRole('region').allTextContents()
    const whole = (await page.locator('#root').textContent()) ?? ''
    const shown = ofCompany.reduce((rest, words) => rest.replace(words, ''), whole)
    found.push(...findEnglish(shown, text).map((sentence) => `${screen}, ${tag}: ${sentence}`))
  }
  await page.getByRole('combobox').selectOption('en')
}

async function open(url: string): Promise<{ page: Page; wizard: FactorWizard }> {
  const { page } = await visit(browser, DESKTOP_VIEW)
  await page.goto(url)
  return { page, wizard: new FactorWizard(page) }
}

/** To the end that begins with a click. */
async function beginAt(url: string): Promise<Page> {
  const { page, wizard } = await open(url)
  await wizard.button(en.landing.begin).click()
  return page
}

function linkWith(token: string): string {
  return `${stack.info.proxyUrl}/#token=${token}`
}

itInBrowser('has no barrier, and loses nothing, before somebody begins', async () => {
  const { page, wizard } = await open(stack.info.proxyUrl)
  await look(page, '20-home', ({ landing }) => saying(landing.title))
  await page.getByLabel(en.landing.token).fill('dge_mistyped')
  await wizard.button(en.landing.proceed).click()
  await look(page, '21-home-mistyped', ({ landing }) => saying(landing.title))
  await page.goto(linkWith(TOKENS.desktopActivation))
  await look(page, '22-another-device', ({ home }) => saying(home.connectTitle))
  await page.goto(linkWith(TOKENS.passwordReset))
  await look(page, '23-reset-link', ({ otherLink }) => otherLink.resetTitle)
  await page.goto(linkWith(TOKENS.networkDevice))
  await look(page, '24-network-device', ({ otherLink }) => otherLink.deviceTitle)
  expect(found).toEqual([])
})

itInBrowser('has no barrier, and loses nothing, at any dead end', async () => {
  const [expired, revoked, used, disabled] = await Promise.all(
    ['Eva', 'Rita', 'Una', 'Dina'].map((name) => invite(stack.info, name)),
  )
  if (!expired || !revoked || !used || !disabled) throw new Error('nobody was invited')
  await letTimePass(stack.info, expired.username, 'expires_at')
  await App.open(stack.info, used.token)
  await letTimePass(stack.info, used.username, 'session_deadline')
  await runCli(stack.info, 'enrollment', 'revoke', revoked.username, '--yes')
  const { page: away } = await open(disabled.url)
  await runCli(stack.info, 'user', 'disable', disabled.username, '--yes')
  await new Wizard(away).button(en.landing.begin).click()

  const titleOf = (reason: keyof Messages['deadEnd'] & `${string}_${string}`) => {
    return ({ deadEnd }: Messages) => deadEnd[reason].title
  }
  await look(await beginAt(expired.url), '30-expired', titleOf('token_expired'))
  const withdrawn = await beginAt(revoked.url)
  await look(withdrawn, '31-withdrawn', titleOf('token_revoked'))
  await new Wizard(withdrawn).button(en.help.askForLink).click()
  await withdrawn.getByText(en.help.asked).waitFor()
  await look(withdrawn, '32-asked-for-link', titleOf('token_revoked'))
  await look(await beginAt(used.url), '33-used', titleOf('token_used'))
  await look(away, '34-disabled', titleOf('user_disabled'))
  const wrong = await open(linkWith(TOKENS.polling))
  await look(wrong.page, '35-wrong-kind', titleOf('wrong_token_kind'))
  await look(await beginAt(linkWith(TOKENS.enrollment)), '36-unknown', titleOf('token_unknown'))
  expect(found).toEqual([])
})

itInBrowser('has no barrier, and loses nothing, while somebody waits', async () => {
  const person = await invite(stack.info, 'Wanda')
  const { page, wizard } = await open(person.url)
  await page.route('**/enrollment/start', (route) => route.abort())
  await wizard.button(en.landing.begin).click()
  await look(page, '40-unreachable', ({ unreachable }) => unreachable.title)
  expect(await page.evaluate(() => document.getAnimations().length)).toBe(0) // reduced motion
  await page.unroute('**/enrollment/start')
  await wizard.at(en.choose.title)
  await page.getByRole('button', { name: en.choose.app }).click()
  await look(page, '41-app-waiting', ({ useApp }) => useApp.title)
  const app = await App.open(stack.info, person.token)
  await app.addDevice('Wanda’s PC')
  await app.activate(PASSWORD)
  await page.getByText(en.useApp.done).waitFor()
  await look(page, '42-app-done', ({ useApp }) => useApp.title)
  expect(found).toEqual([])
})

itInBrowser(
  'has no barrier, and loses nothing, where something goes another way than usual',
  async () => {
    const { url } = await invite(stack.info, 'Oda')
    const { page } = await visit(browser, DESKTOP_VIEW)
    await page.clock.install()
    const wizard = new FactorWizard(page)
    await wizard.begin(url)
    await wizard.toPassword()
    await wizard.typePassword('password123')
    await wizard.next()
    await page.getByRole('alert').waitFor()
    await look(page, '50-password-refused', ({ password }) => password.title)
    await wizard.typePassword(PASSWORD)
    await page.getByLabel(en.secondFactor.want).check()
    await wizard.choose(en.secondFactor.mail)
    await look(page, '51-factor-by-mail', ({ secondFactor }) => secondFactor.mailTitle)
    await wizard.button(en.common.back).click()
    await wizard.button(en.common.back).click()
    await page.getByLabel(en.secondFactor.want).uncheck()
    await wizard.next()
    await wizard.at(en.vpn.title)
    await page.getByLabel(en.vpn.own).check()
    await page.getByRole('textbox', { name: en.vpn.publicKey }).fill('no key')
    await wizard.button(en.vpn.add).click()
    await look(page, '52-own-key', ({ vpn }) => vpn.title)
    await page.getByLabel(en.vpn.generate).check()
    await wizard.addDevice('Oda’s PC')
    await page.reload()
    await look(page, '53-device-lost', ({ vpn }) => vpn.title)
    await wizard.addDevice('Oda’s other PC')
    await page.clock.fastForward('10:01')
    await page.getByText(en.help.late).waitFor()
    await look(page, '54-device-in-time', ({ vpn }) => vpn.titleAdded('Oda’s other PC'))
    await wizard.next()
    await look(page, '55-finish-after-the-end', ({ finish }) => saying(finish.title))
    expect(found).toEqual([])
  },
)

itInBrowser('has no barrier, and loses nothing, on the way to a new password', async () => {
  const { page, wizard } = await open(`${stack.info.proxyUrl}/password-reset`)
  await look(page, '60-forgotten', ({ reset }) => reset.askTitle)
  await page.getByLabel(en.reset.email).fill('nobody@example.com')
  await wizard.button(en.reset.ask).click()
  await look(page, '61-asked', ({ reset }) => reset.askedTitle)
  const account = await createAccount(stack.info, 'Petra')
  await page.goto(await mailedLink(stack.info, account))
  await look(page, '62-begin', ({ reset }) => reset.beginTitle)
  await wizard.button(en.reset.begin).click()
  await look(page, '63-new-password', ({ reset }) => reset.newTitle)
  await wizard.typePassword(PASSWORD)
  await wizard.button(en.reset.change).click()
  await look(page, '64-changed', ({ reset }) => reset.changedTitle)
  await page.goto(`${stack.info.proxyUrl}/password-reset#token=${TOKENS.enrollment}`)
  await look(page, '65-invitation', ({ reset }) => reset.invitationTitle)
  await page.goto(`${stack.info.proxyUrl}/password-reset#token=dgr_mistyped`)
  await look(page, '66-mistyped', ({ resetDeadEnd }) => resetDeadEnd.token_mistyped.title)
  expect(found).toEqual([])
})

// The last, because it uses up what one address may guess.
itInBrowser(
  'says when to come back after too many guesses, without a barrier or a loss',
  async () => {
    const { page, wizard } = await open(linkWith(TOKENS.enrollment))
    await page.clock.install()
    for (let guess = 0; guess < GUESSES_MAX; guess++) {
      const body = JSON.stringify({ token: TOKENS.enrollment })
      const headers = { 'Content-Type': 'application/json' }
      await fetch(`${stack.info.proxyUrl}/api/v1/enrollment/start`, {
        method: 'POST',
        headers,
        body,
      })
    }
    await wizard.button(en.landing.begin).click()
    await wizard.at(en.tooMany.title)
    await page.getByText(/^You can try again in \d+ seconds?\.$/).waitFor()
    await look(page, '70-too-many', ({ tooMany }) => tooMany.title)
    await page.clock.fastForward('01:00')
    await wizard.button(en.tooMany.back).click()
    await wizard.button(en.landing.begin).waitFor()
    expect(found).toEqual([])
  },
)
