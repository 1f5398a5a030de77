import { expect } from '@jest/globals'
import type { Browser, BrowserContextOptions } from 'playwright-core'
import { de } from '../../../services/enrollment-proxy/web/src/i18n/de.js'
import { en, type Messages } from '../../../services/enrollment-proxy/web/src/i18n/en.js'
import { pl } from '../../../services/enrollment-proxy/web/src/i18n/pl.js'
import { type Visit, visit } from './_browser.js'
import { withStackAndBrowser } from './_in-browser.js'
import { invite } from './_invitations.js'
import { readMail } from './_mails.js'
import type { TestStack } from './_stack.js'
import { saying, Wizard } from './_wizard.js'

const PASSWORD = 'correct horse battery'
/** An otherwise good token (API §7) without its last character. */
const MISTYPED = 'dgr_tCL7q3jjBItB2mLT2aAC514GiOwkGQs02E4Q2'
const SMALL_PHONE = { viewport: { width: 320, height: 640 }, isMobile: true, hasTouch: true }

let stack: TestStack
let browser: Browser
const itInBrowser = withStackAndBrowser((started) => {
  ;({ stack, browser } = started)
})

async function open(
  text: Messages,
  options: BrowserContextOptions,
): Promise<Visit & { wizard: Wizard }> {
  const visited = await visit(browser, options)
  return { ...visited, wizard: new Wizard(visited.page, text) }
}

function languageOf({ page }: Wizard): Promise<string> {
  return page.evaluate(() => document.documentElement.lang)
}

itInBrowser('leads a Polish phone to an account, and writes to its owner in Polish', async () => {
  const { url, email } = await invite(stack.info, 'Zofia')
  const { page, wizard, complaints } = await open(pl, { locale: 'pl-PL', ...SMALL_PHONE })
  await wizard.begin(url)
  expect(await languageOf(wizard)).toBe('pl')
  await wizard.activate(PASSWORD)
  await wizard.addDevice('Telefon Zofii')
  await wizard.next()
  await wizard.at(pl.finish.title('Zofia'))
  expect(await page.title()).toMatch(/^Wszystko gotowe, Zofia – /)
  await page.getByText('Jak się połączyć').waitFor() // the company's words, as core has them
  const mail = await readMail(stack.info, email, 'Jak się połączyć')
  expect(mail.subject).toMatch(/^Witaj w /)
  expect(complaints).toEqual([])
})

itInBrowser('loads the words of one language and never shows another', async () => {
  const { url } = await invite(stack.info, 'Ulrike')
  const { page, wizard, requests } = await open(de, { locale: 'de-AT' })
  await page.addInitScript(() => {
    const shown = new Set<string>()
    Object.assign(window, { shown })
    new MutationObserver(() => {
      const title = document.querySelector('h1')?.textContent
      if (title) shown.add(title)
    }).observe(document, { childList: true, subtree: true, characterData: true })
  })
  await page.goto(url)
  await wizard.at(saying(de.landing.invited))
  const titles = await page.evaluate(() => [...(window as unknown as { shown: Set<string> }).shown])
  for (const title of titles) expect(title).toMatch(/eingeladen$/)
  const files = requests.map(({ url }) => /assets\/(en|de|pl)-/.exec(url)?.[1]).filter(Boolean)
  expect(files).toEqual(['de'])
})

itInBrowser(
  'changes the words and nothing else, by keyboard, in the middle of a form',
  async () => {
    const { url } = await invite(stack.info, 'Klara')
    const { page, wizard } = await open(en, {})
    await wizard.begin(url)
    await wizard.toPassword()
    await wizard.typePassword(PASSWORD)
    const picker = page.getByLabel(en.language.label)
    await picker.focus()
    await page.keyboard.press('D')
    await wizard.at(de.password.title)
    expect(await languageOf(wizard)).toBe('de')
    expect(await page.title()).toContain(de.password.title)
    expect(await page.getByLabel(de.password.password).inputValue()).toBe(PASSWORD)
    const focused = await page.evaluate(() => document.activeElement?.tagName)
    expect(focused).toBe('SELECT')
  },
)

itInBrowser('writes as the page speaks in the end, whatever the browser prefers', async () => {
  const { url, email } = await invite(stack.info, 'Pola')
  const { page, wizard } = await open(en, { locale: 'de-DE' })
  await page.goto(url)
  await wizard.pickLanguage('English')
  await wizard.begin(url)
  await wizard.toPassword()
  await wizard.pickLanguage('Polski')
  const inPolish = new Wizard(page, pl)
  await inPolish.at(pl.password.title)
  await inPolish.typePassword(PASSWORD)
  await inPolish.next()
  await inPolish.button(pl.vpn.skip).click()
  await inPolish.at(pl.finish.title('Pola'))
  await page.getByText('Jak się połączyć').waitFor()
  await readMail(stack.info, email, 'Jak się połączyć')
  await wizard.pickLanguage('Deutsch')
  await page.getByText('So verbinden Sie sich').waitFor()
})

itInBrowser('remembers what was picked, on every page and over a reload', async () => {
  const { page, wizard } = await open(en, {})
  await page.goto(stack.info.proxyUrl)
  await wizard.at(saying(en.landing.title))
  await wizard.pickLanguage('Polski')
  await wizard.at(saying(pl.landing.title))
  await page.reload()
  await wizard.at(saying(pl.landing.title))
  await page.goto(`${stack.info.proxyUrl}/password-reset`)
  await wizard.at(pl.reset.askTitle)
  await page.goto(`${stack.info.proxyUrl}/password-reset#token=${MISTYPED}`)
  await wizard.at(pl.resetDeadEnd.token_mistyped.title)
  await wizard.pickLanguage('English')
  await wizard.at(en.resetDeadEnd.token_mistyped.title)
  expect(await languageOf(wizard)).toBe('en')
})
