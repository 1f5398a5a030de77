import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect } from '@jest/globals'
import type { Browser } from 'playwright-core'
import { launchBrowser, readQrCode, type Visit, visit } from './_browser.js'
import { runCli, runCliJson } from './_cli.js'
import { type Invitation, invite } from './_invitations.js'
import { itUnless, lackOfBrowser, lackOfTunnel } from './_machine.js'
import { readMail } from './_mails.js'
import { findSecrets } from './_secrets.js'
import { startTestStack, type TestStack } from './_stack.js'
import { openTunnel, SERVER_ENDPOINT } from './_tunnel.js'
import { Wizard } from './_wizard.js'

const PASSWORD = 'Tulip & rain/29 +ö'
const DEVICE = 'Ada’s laptop'
/** One of its own on each machine that runs several of these tests: interfaces have this name. */
const LAB = `Lab${process.pid}`
const GATEWAY = '10.77.0.1'
const WORDS = `# Good to have you, {{ first_name }}

Your login is **{{ username }}**. Read the [handbook](https://example.com/handbook).

<img src="https://example.com/pixel.png">`

interface DeviceRow {
  readonly id: number
  readonly name: string
  readonly pubkey: string
  readonly configured: boolean
  readonly locations: readonly { location: string; addresses: string[] }[]
}

let stack: TestStack | undefined
let browser: Browser | undefined
/** What one person's whole enrollment has left. */
let person: Invitation
let visited: Visit
let file: { fileName: string; content: string }
let privateKey: string
let device: DeviceRow
let copied: string
let scanned: string | undefined
let reader: string

const itInBrowser = itUnless(lackOfBrowser)
const itThroughTunnel = itUnless(lackOfBrowser, lackOfTunnel)

beforeAll(async () => {
  if (lackOfBrowser) return
  stack = await startTestStack()
  browser = await launchBrowser()
  await describeCompany(stack)
  person = await invite(stack.info, 'Ada')
  await enroll(stack, browser)
}, 120_000)

afterAll(async () => {
  await browser?.close()
  await stack?.stop()
})

async function describeCompany({ info, dir }: TestStack): Promise<void> {
  const page = join(dir, 'page.md')
  await writeFile(page, WORDS)
  await runCliJson(info, 'onboarding', 'set', '--page', page)
  const place = ['--address', `${GATEWAY}/24`, '--endpoint', SERVER_ENDPOINT, '--port', '51820']
  await runCliJson(info, 'location', 'create', '--name', LAB, ...place)
}

async function enroll({ info }: TestStack, inBrowser: Browser): Promise<void> {
  const mail = await readMail(info, person.email, person.token)
  const [link = ''] = new RegExp(`${info.proxyUrl}/#token=\\w+`).exec(mail.text) ?? []
  visited = await visit(inBrowser, { deviceScaleFactor: 2 })
  const { page } = visited
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  const wizard = new Wizard(page)
  await wizard.begin(link)
  await wizard.activate(PASSWORD)
  await wizard.addDevice(DEVICE)

  const download = await wizard.download(`Download ${LAB}.conf`)
  file = { fileName: download.fileName, content: download.content.toString() }
  privateKey = /^PrivateKey = (.+)$/m.exec(file.content)?.[1] ?? ''
  await wizard.button(`Copy the configuration for ${LAB}`).click()
  copied = await page.evaluate(() => navigator.clipboard.readText())
  await page.getByText(`QR code for ${LAB}`).click()
  scanned = await readQrCode(
    page.getByRole('img', { name: `QR code of the WireGuard configuration for ${LAB}` }),
  )
  await wizard.next()
  await wizard.at('You are all set, Ada')
  reader = await page.getByRole('region', { name: /^A message from / }).innerHTML()
  const [row] = await runCliJson<DeviceRow[]>(info, 'device', 'list', '--user', person.username)
  device = row as DeviceRow
}

itInBrowser('leads from the mailed link to an account that may connect with its device', () => {
  expect(device).toMatchObject({ name: DEVICE, configured: true })
  expect(device.locations.map(({ location }) => location)).toEqual(['Sample office', LAB])
})

itInBrowser('ends with the company’s own words, rendered, and with nothing else of theirs', () => {
  expect(reader).toContain('Good to have you, Ada</h3>')
  expect(reader).toContain(`<strong>${person.username}</strong>`)
  expect(reader).toMatch(/<a href="https:\/\/example.com\/handbook"[^>]* rel="noopener noreferrer"/)
  expect(reader).not.toContain('<img')
})

itInBrowser('gives the configuration as core has it, with the private key filled in', async () => {
  const print = ['device', 'config', `${device.id}`, '--location', LAB]
  const [own] = await runCliJson<{ config: string }[]>((stack as TestStack).info, ...print)
  expect(privateKey).toMatch(/^[A-Za-z0-9+/]{43}=$/)
  expect(file.fileName).toBe(`${LAB}.conf`)
  expect(file.content).toBe(own?.config.replace('YOUR_PRIVATE_KEY', privateKey))
})

itInBrowser('gives the same configuration to copy and to scan', () => {
  expect(copied).toBe(file.content)
  expect(scanned).toBe(file.content)
})

itInBrowser('sends the private key to nobody and the password only once', () => {
  const sent = visited.requests.map(({ url, content }) => `${url}\n${content}`)
  const secrets = { key: privateKey, 'raw key': Buffer.from(privateKey, 'base64') }
  expect(findSecrets(sent.join('\n'), secrets)).toEqual([])
  expect(findSecrets(sent.join('\n'), { public: device.pubkey })).toContain('public (plain)')
  expect(sent.filter((text) => findSecrets(text, { PASSWORD }).length > 0)).toEqual([
    expect.stringContaining('/api/v1/enrollment/activate_user\n'),
  ])
})

itInBrowser('asks no other host for anything and breaks no rule of its own policy', () => {
  const origins = visited.requests.map(({ url }) => new URL(url).origin)
  expect(origins.length).toBeGreaterThan(5)
  expect(new Set(origins)).toEqual(new Set([(stack as TestStack).info.proxyUrl]))
  expect(visited.complaints).toEqual([])
})

itInBrowser('takes the token out of the address and keeps no secret in the browser', async () => {
  const { page } = visited
  expect(page.url()).toBe(`${(stack as TestStack).info.proxyUrl}/`)
  const kept = await page.evaluate(() => JSON.stringify([sessionStorage, localStorage]))
  expect(kept).toContain('Ada')
  expect(findSecrets(kept, { privateKey, PASSWORD, token: person.token })).toEqual([])
})

itInBrowser('mails the company’s words to the person', async () => {
  const { info } = stack as TestStack
  const mail = await readMail(info, person.email, /Good to have you, Ada/)
  expect(findSecrets(JSON.stringify(mail), { privateKey, PASSWORD })).toEqual([])
})

itThroughTunnel(
  'connects with the downloaded file, through the server that core describes',
  async () => {
    const { info } = stack as TestStack
    const server = await runCli(info, 'location', 'server-config', LAB)
    expect(server).toMatchObject({ code: 0 })
    const tunnel = await openTunnel(
      { name: `srv${process.pid}`, config: server.stdout },
      { name: LAB, config: file.content },
    )
    try {
      await tunnel.reach(GATEWAY)
    } finally {
      await tunnel.remove()
    }
  },
  60_000,
)

itThroughTunnel(
  'does not let a device with another key connect',
  async () => {
    const { info } = stack as TestStack
    const { stdout } = await runCli(info, 'location', 'server-config', LAB)
    const other = Buffer.from(privateKey, 'base64').reverse().toString('base64')
    const tunnel = await openTunnel(
      { name: `srv${process.pid}`, config: stdout },
      { name: LAB, config: file.content.replace(privateKey, other) },
    )
    try {
      await expect(tunnel.reach(GATEWAY)).rejects.toThrow()
    } finally {
      await tunnel.remove()
    }
  },
  60_000,
)
