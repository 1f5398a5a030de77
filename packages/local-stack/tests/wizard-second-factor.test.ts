import { expect } from '@jest/globals'
import type { Browser } from 'playwright-core'
import { findBarriers } from './_accessibility.js'
import { readQrCode, type Visit, visit } from './_browser.js'
import { runCliJson } from './_cli.js'
import { saved } from './_given-files.js'
import { withStackAndBrowser } from './_in-browser.js'
import { type Invitation, invite, stateOf } from './_invitations.js'
import { readMail } from './_mails.js'
import { codeOf, FactorWizard, PASSWORD, refusedLogin } from './_second-factor.js'
import { findSecrets } from './_secrets.js'
import type { TestStack } from './_stack.js'
import { Wizard } from './_wizard.js'

/** Each of them is a whole enrollment. */
const TIMEOUT_MS = 60_000

let stack: TestStack
let browser: Browser
const itInBrowser = withStackAndBrowser((started) => {
  ;({ stack, browser } = started)
})

type Person = Visit & Invitation & { wizard: FactorWizard }

/** Somebody at the password, who wants a second factor. */
async function wanting(firstName: string): Promise<Person> {
  const invitation = await invite(stack.info, firstName)
  const visited = await visit(browser, { deviceScaleFactor: 2 })
  const wizard = new FactorWizard(visited.page)
  await wizard.begin(invitation.url)
  await wizard.toPassword()
  await wizard.page.getByLabel('Add a second factor').check()
  await wizard.typePassword(PASSWORD)
  return { ...visited, ...invitation, wizard }
}

itInBrowser(
  'sets up an authenticator app, with which the account then logs in',
  async () => {
    const { page, wizard, username, requests } = await wanting('Tora')
    await wizard.choose(/authenticator app/)
    const secret = await wizard.secret()
    const scanned = await readQrCode(page.getByRole('img', { name: /authenticator app/ }))
    expect(scanned).toContain(`:tora?secret=${secret}&issuer=Defguard`)
    expect(await findBarriers(page)).toEqual([])
    const code = codeOf(secret)
    await wizard.code.fill(` ${code.slice(0, 3)} ${code.slice(3)} `)
    await wizard.next()
    const recoveryCodes = await wizard.recoveryCodes()
    expect(recoveryCodes).toHaveLength(8)
    expect(await findBarriers(page)).toEqual([])
    const file = await saved(wizard.button('Download'))
    expect(file.fileName).toBe('recovery-codes.txt')
    expect(file.content.toString()).toContain(`tora at Defguard\n\n${recoveryCodes.join('\n')}\n`)
    await wizard.button('Create the account').click()
    await page.getByRole('alert').getByText('Please save the codes first').waitFor()
    expect(await stateOf(stack.info, username)).toBe('in_progress')
    await page.getByLabel('I have saved them').check()
    await wizard.button('Create the account').dblclick()
    await wizard.at('Connect a device to the VPN')

    expect(await refusedLogin(stack.info, username)).toBe('mfa_code_required')
    expect(await refusedLogin(stack.info, username, codeOf(secret, 1))).toBe(undefined)
    expect(await refusedLogin(stack.info, username, recoveryCodes[0])).toBe(undefined)
    const sent = requests.map(({ url, content }) => `${url}\n${content}`)
    expect(findSecrets(sent.join('\n'), { secret, codes: recoveryCodes[0] ?? '' })).toEqual([])
    expect(sent.filter((text) => findSecrets(text, { PASSWORD }).length > 0)).toEqual([
      expect.stringContaining('/api/v1/enrollment/activate_user\n'),
    ])
    const kept = await page.evaluate(() => JSON.stringify([sessionStorage, localStorage]))
    expect(findSecrets(kept, { secret, PASSWORD, codes: recoveryCodes[0] ?? '' })).toEqual([])
  },
  TIMEOUT_MS,
)

itInBrowser(
  'sets up codes by mail',
  async () => {
    const { page, wizard, username, email } = await wanting('Maila')
    await wizard.choose(/codes by e-mail/)
    const { text } = await readMail(stack.info, email, /\b\d{6}\b/)
    expect(await findBarriers(page)).toEqual([])
    await wizard.code.fill(/\b\d{6}\b/.exec(text)?.[0] ?? '')
    await wizard.next()
    expect(await wizard.recoveryCodes()).toHaveLength(8)
    await wizard.createAccount()
    expect(await refusedLogin(stack.info, username)).toBe('mfa_code_required')
  },
  TIMEOUT_MS,
)

itInBrowser(
  'begins again with a new key after too many wrong codes',
  async () => {
    const { page, wizard } = await wanting('Gwen')
    await wizard.choose(/authenticator app/)
    const secret = await wizard.secret()
    const right = codeOf(secret)
    const wrong = right.replace(/^./, (digit) => String((Number(digit) + 5) % 10))
    for (let tries = 1; tries <= 4; tries++) {
      await wizard.code.fill(wrong)
      await wizard.next()
      await page.getByRole('alert').getByText('This code is not right.').waitFor()
      expect(await wizard.code.evaluate((input) => input === document.activeElement)).toBe(true)
    }
    await wizard.code.fill(wrong)
    await wizard.next()
    await page.getByText('There were too many wrong codes, so there is a new key.').waitFor()
    const renewed = await wizard.secret()
    expect(renewed).not.toBe(secret)
    await wizard.prove(renewed)
    await wizard.recoveryCodes()
  },
  TIMEOUT_MS,
)

itInBrowser(
  'comes back to the second factor, and shows no secret twice',
  async () => {
    const { page, wizard, username } = await wanting('Rella')
    await wizard.choose(/authenticator app/)
    const secret = await wizard.secret()
    await page.reload()
    expect(await wizard.secret()).toBe(secret)
    await wizard.prove(secret)
    const lost = await wizard.recoveryCodes()
    await page.reload()
    await wizard.at('Get new recovery codes')
    await wizard.prove(await wizard.secret(), 1)
    const codes = await wizard.recoveryCodes()
    expect(codes.filter((code) => lost.includes(code))).toEqual([])
    await page.getByLabel('I have saved them').check()
    await page.reload()
    await wizard.at('Create your password')
    await page.getByText('has not kept your password over the reload').waitFor()
    await wizard.typePassword(PASSWORD)
    await wizard.next()
    await wizard.at('Connect a device to the VPN')
    expect(await refusedLogin(stack.info, username, lost[0])).toBe('mfa_code')
    expect(await refusedLogin(stack.info, username, codes[0])).toBe(undefined)
  },
  TIMEOUT_MS,
)

itInBrowser(
  'gives other recovery codes when the answer with them is lost',
  async () => {
    const { page, wizard } = await wanting('Losa')
    await wizard.choose(/authenticator app/)
    const secret = await wizard.secret()
    let lost = 0
    await page.route('**/code/finish', async (route) => {
      if (lost++ > 0) return route.continue()
      await route.fetch() // core has done it
      await route.abort('connectionreset')
    })
    await wizard.prove(secret)
    await wizard.at('Get new recovery codes')
    expect(await page.getByRole('alert').getByText('This code is not right.').count()).toBe(0)
    await wizard.prove(secret, 1)
    await wizard.recoveryCodes()
    await wizard.createAccount()
  },
  TIMEOUT_MS,
)

// The factor belongs to the session, and the browser has one cookie for all tabs.
itInBrowser(
  'makes no account without the factor when another tab opens the link',
  async () => {
    const { page, wizard, url, username } = await wanting('Twila')
    await wizard.choose(/authenticator app/)
    await wizard.prove(await wizard.secret())
    await wizard.recoveryCodes()
    await page.getByLabel('I have saved them').check()
    const other = new Wizard(await page.context().newPage())
    await other.begin(url)
    await wizard.button('Create the account').click()
    await page.getByText('Another window of this browser has taken over').waitFor()
    expect(await stateOf(stack.info, username)).toBe('in_progress')
    const secret = await wizard.secret()
    await wizard.prove(secret)
    await wizard.recoveryCodes()
    await wizard.createAccount()
    expect(await refusedLogin(stack.info, username)).toBe('mfa_code_required')
  },
  TIMEOUT_MS,
)

itInBrowser(
  'takes a refused password back to be corrected, and keeps the factor',
  async () => {
    const { page, wizard, username } = await wanting('Wanja')
    await wizard.typePassword('password123')
    await wizard.choose(/authenticator app/)
    await wizard.prove(await wizard.secret())
    await wizard.recoveryCodes()
    await page.getByLabel('I have saved them').check()
    await wizard.button('Create the account').click()
    await page.getByText('one of the most common passwords').waitFor()
    const field = page.getByLabel('New password')
    expect(await field.evaluate((input) => input === document.activeElement)).toBe(true)
    await wizard.typePassword(PASSWORD)
    await wizard.next()
    await wizard.at('Connect a device to the VPN')
    expect(await refusedLogin(stack.info, username)).toBe('mfa_code_required')
  },
  TIMEOUT_MS,
)

itInBrowser(
  'makes nobody an account without a factor where it is demanded',
  async () => {
    await runCliJson(stack.info, 'settings', 'set', 'enrollment_mfa_required', 'true')
    try {
      const { url, username } = await invite(stack.info, 'Demi')
      const { page } = await visit(browser)
      const wizard = new FactorWizard(page)
      await wizard.begin(url)
      await page.getByText('set up a second factor').waitFor()
      await wizard.toPassword()
      await page.getByText('This company asks for a second factor').waitFor()
      await wizard.typePassword(PASSWORD)
      await wizard.choose(/authenticator app/)
      await wizard.button('Back').click()
      await wizard.at('Choose your second factor')
      await wizard.button('Back').click()
      await wizard.at('Create your password')
      expect(await page.getByLabel('New password').inputValue()).toBe(PASSWORD)
      await wizard.next()
      await wizard.prove(await wizard.secret())
      await wizard.recoveryCodes()
      await wizard.createAccount()
      expect(await refusedLogin(stack.info, username)).toBe('mfa_code_required')
    } finally {
      await runCliJson(stack.info, 'settings', 'set', 'enrollment_mfa_required', 'false')
    }
  },
  TIMEOUT_MS,
)
