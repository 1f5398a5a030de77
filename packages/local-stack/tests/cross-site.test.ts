import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { afterAll, beforeAll, expect } from '@jest/globals'
import type { Browser, Page } from 'playwright-core'
import { en } from '../../../services/enrollment-proxy/web/src/i18n/en.js'
import { visit } from './_browser.js'
import { runCliJson } from './_cli.js'
import { withStackAndBrowser } from './_in-browser.js'
import { invite, stateOf } from './_invitations.js'
import type { TestStack } from './_stack.js'
import { Wizard } from './_wizard.js'

/*
 * Another port of the same host would be the same site. So the wizard is at `localhost` and the page
 * that attacks it at `127.0.0.1`.
 */

let stack: TestStack
let browser: Browser
const itInBrowser = withStackAndBrowser((started) => {
  ;({ stack, browser } = started)
})

let attacker: Server
let attackerUrl: string
beforeAll(async () => {
  attacker = createServer((_req, res) => {
    res.writeHead(200, { 'Content-Type': 'text/html' }).end('<!doctype html><title>x</title>')
  })
  attacker.listen(0, '127.0.0.1')
  await once(attacker, 'listening')
  attackerUrl = `http://127.0.0.1:${(attacker.address() as { port: number }).port}/`
})
afterAll(() => void attacker.close())

/** Somebody in the middle of enrolling, who opens the attacker's page in the same browser. */
async function lured(firstName: string) {
  const person = await invite(stack.info, firstName)
  const { page, requests } = await visit(browser)
  await new Wizard(page).begin(person.url)
  const victim = await page.context().newPage()
  await victim.goto(attackerUrl)
  return { ...person, page, victim, requests }
}

const activateUrl = () => `${stack.info.proxyUrl}/api/v1/enrollment/activate_user`
const attack = { password: 'chosen by the attacker' }

/** What a page of another site can send without asking anybody. */
const SIMPLE_TYPES = ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']

itInBrowser('lets a page of another site send neither the cookie nor JSON', async () => {
  const { username, victim, requests } = await lured('Cora')
  const tries: { mode: RequestMode; type: string }[] = [
    ...SIMPLE_TYPES.map((type) => ({ mode: 'no-cors' as const, type })),
    { mode: 'no-cors', type: 'application/json' },
    { mode: 'cors', type: 'application/json' },
    { mode: 'cors', type: 'text/plain' },
  ]
  for (const { mode, type } of tries) {
    const seen = await victim.evaluate(
      async ({ url, mode, type, body }) => {
        const headers = { 'Content-Type': type }
        const sent = fetch(url, { method: 'POST', mode, credentials: 'include', headers, body })
        return sent.then(
          (answer) => `${answer.type} ${answer.status}`,
          () => 'refused',
        )
      },
      { url: activateUrl(), mode, type, body: JSON.stringify(attack) },
    )
    // Whatever was answered, the page is not even told that there was an answer.
    expect(seen).toBe('refused')
  }
  await expectNoSession(requests)
  expect(await stateOf(stack.info, username)).toBe('in_progress')
})

itInBrowser('takes no form of another site, whatever it is called', async () => {
  const { username, victim, requests } = await lured('Dora')
  for (const enctype of SIMPLE_TYPES) {
    const answered = victim.waitForResponse(activateUrl())
    await victim.evaluate(
      ({ url, enctype, name }) => {
        const form = Object.assign(document.createElement('form'), { method: 'post', enctype })
        form.action = url
        const field = Object.assign(document.createElement('input'), { name, value: '"}' })
        form.append(field)
        document.body.append(form)
        form.submit()
      },
      // As text it reads {"password":"chosen by the attacker","x":"="}
      { url: activateUrl(), enctype, name: `${JSON.stringify(attack).slice(0, -1)},"x":"` },
    )
    expect((await answered).status()).toBe(415)
    await victim.waitForURL(activateUrl())
    await victim.goto(attackerUrl)
  }
  await expectNoSession(requests)
  expect(await stateOf(stack.info, username)).toBe('in_progress')
})

itInBrowser('is not shown in a frame of another site', async () => {
  const { victim, url } = await lured('Nora')
  await victim.evaluate((src) => {
    document.body.append(Object.assign(document.createElement('iframe'), { src }))
  }, url)
  const [frame] = await framesOf(victim)
  expect(frame?.url()).toMatch(/^chrome-error:/)
  expect(await frame?.getByRole('button', { name: en.landing.begin }).count()).toBe(0)
})

itInBrowser('refuses no Origin, since apps send their own', async () => {
  const { token } = await runCliJson<{ token: string }>(
    stack.info,
    ...['enrollment', 'start', (await invite(stack.info, 'Flora')).username],
  )
  const answer = await fetch(`${stack.info.proxyUrl}/api/v1/enrollment/start`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: 'tauri://localhost' },
    body: JSON.stringify({ token }),
  })
  expect(answer.status).toBe(200)
  expect(answer.headers.get('access-control-allow-origin')).toBeNull()
})

/** None of the requests of the attacker's page had the session of the wizard with it. */
async function expectNoSession(requests: readonly { url: string; content: string }[]) {
  const sent = requests.filter(({ url }) => url === activateUrl())
  expect(sent.length).toBeGreaterThan(0)
  for (const { content } of sent) expect(content).not.toMatch(/defguard_proxy|dgs_/)
}

async function framesOf(page: Page) {
  const isThere = () => page.frames().length > 1
  while (!isThere()) await page.waitForEvent('framenavigated')
  await page.waitForLoadState('networkidle')
  return page.frames().slice(1)
}
