import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect } from '@jest/globals'
import type { Browser } from 'playwright-core'
import { launchBrowser, sentText, type Visit, visit } from './_browser.js'
import { runCli, runCliJson } from './_cli.js'
import { filesIn, type GivenConfig, saved, takeConfig } from './_given-files.js'
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
/** Beside the one of every new stack; some with names that no file and no interface may have. */
const LOCATIONS = [LAB, 'Kraków / biuro główne №1', 'Kraków / biuro główne №2', '東京 & $&']
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
/** By location, in the order of the page. */
let given: ReadonlyMap<string, GivenConfig>
let archive: { fileName: string; content: Buffer }
let privateKey: string
let device: DeviceRow
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
  const server = ['--endpoint', SERVER_ENDPOINT, '--port', '51820']
  for (const [index, name] of LOCATIONS.entries()) {
    const address = ['--address', `10.${77 + index}.0.1/24`]
    await runCliJson(info, 'location', 'create', '--name', name, ...address, ...server)
  }
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

  const taken = new Map<string, GivenConfig>()
  for (const location of ['Sample office', ...LOCATIONS]) {
    taken.set(location, await takeConfig(page, location))
  }
  given = taken
  archive = await saved(wizard.button('Download all as a zip file'))
  privateKey = /^PrivateKey = (.+)$/m.exec(fileOf(LAB).downloaded)?.[1] ?? ''
  await wizard.next()
  await wizard.at('You are all set, Ada')
  reader = await page.getByRole('region', { name: /^A message from / }).innerHTML()
  const [row] = await runCliJson<DeviceRow[]>(info, 'device', 'list', '--user', person.username)
  device = row as DeviceRow
}

function fileOf(location: string): GivenConfig {
  return given.get(location) as GivenConfig
}

itInBrowser('leads from the mailed link to an account that may connect with its device', () => {
  expect(device).toMatchObject({ name: DEVICE, configured: true })
  expect(device.locations.map(({ location }) => location)).toEqual([...given.keys()])
})

itInBrowser('ends with the company’s own words, rendered, and with nothing else of theirs', () => {
  expect(reader).toContain('Good to have you, Ada</h3>')
  expect(reader).toContain(`<strong>${person.username}</strong>`)
  expect(reader).toMatch(/<a href="https:\/\/example.com\/handbook"[^>]* rel="noopener noreferrer"/)
  expect(reader).not.toContain('<img')
})

itInBrowser('gives each configuration as core has it, with the private key filled in', async () => {
  const { info } = stack as TestStack
  const own = await runCliJson<{ location: string; config: string }[]>(
    info,
    ...['device', 'config', `${device.id}`],
  )
  expect(privateKey).toMatch(/^[A-Za-z0-9+/]{43}=$/)
  expect([...given].map(([location, { downloaded }]) => [location, downloaded])).toEqual(
    own.map(({ location, config }) => [location, config.replace('YOUR_PRIVATE_KEY', privateKey)]),
  )
})

itInBrowser('gives the same configuration to copy and to scan', () => {
  for (const { downloaded, copied, scanned } of given.values()) {
    expect({ copied, scanned }).toEqual({ copied: downloaded, scanned: downloaded })
  }
})

itInBrowser('names each file as WireGuard takes it, and packs all of them', () => {
  const names = [...given.values()].map(({ fileName }) => fileName)
  expect(names).toEqual([
    ...['Sample-office.conf', `${LAB}.conf`, 'Krakow-biuro-g.conf', 'Krakow-biuro-g2.conf'],
    expect.stringMatching(/^wg\d+\.conf$/),
  ])
  const files = [...given.values()].map(({ fileName, downloaded }) => [fileName, downloaded])
  expect(archive.fileName).toBe('wireguard.zip')
  expect(filesIn(archive.content)).toEqual(Object.fromEntries(files))
})

itInBrowser(
  'sends the private key to nobody, password and token once and where they belong',
  () => {
    const sent = visited.requests.map(sentText)
    const secrets = { key: privateKey, 'raw key': Buffer.from(privateKey, 'base64') }
    expect(findSecrets(sent.join('\n'), secrets)).toEqual([])
    expect(findSecrets(sent.join('\n'), { public: device.pubkey })).toContain('public (plain)')
    const receivers = (secret: string) =>
      sent.filter((text) => findSecrets(text, { secret }).length)
    expect(receivers(PASSWORD)).toEqual([
      expect.stringContaining('/api/v1/enrollment/activate_user\n'),
    ])
    expect(receivers(person.token)).toEqual([expect.stringContaining('/api/v1/enrollment/start\n')])
  },
)

itInBrowser('would notice a key that leaves in an address, a header or a body', async () => {
  const { page, requests } = await visit(browser as Browser)
  await page.goto((stack as TestStack).info.proxyUrl)
  const raw = Buffer.from(privateKey, 'base64')
  await page.evaluate(
    async ([key = '', hex = '', base64url = '']) => {
      await fetch(`/api/v1/info?x=${base64url}`)
      await fetch('/api/v1/info', { headers: { 'X-Canary': hex } })
      await fetch('/api/v1/poll', { method: 'POST', body: JSON.stringify([{ key }]) })
    },
    [privateKey, raw.toString('hex'), raw.toString('base64url')],
  )
  const leaks = requests.filter((sent) => findSecrets(sentText(sent), { raw }).length > 0)
  expect(leaks.map(({ url }) => new URL(url).pathname)).toEqual([
    ...['/api/v1/info', '/api/v1/info', '/api/v1/poll'],
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
  const kept = await page.evaluate(async () =>
    JSON.stringify([
      ...[{ ...sessionStorage }, { ...localStorage }, document.cookie],
      ...[await indexedDB.databases(), await caches.keys()],
    ]),
  )
  const devtools = await page.context().newCDPSession(page)
  const { entries } = await devtools.send('Page.getNavigationHistory')
  expect(kept).toContain('Ada')
  expect(entries.length).toBeGreaterThan(3) // each step forward is one
  const visitedPages = entries.map(({ url, title }) => `${url} ${title}`).join('\n')
  const secrets = { privateKey, PASSWORD, token: person.token }
  expect(findSecrets(kept + visitedPages, secrets)).toEqual([])
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
      { name: LAB, config: fileOf(LAB).downloaded },
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
      { name: LAB, config: fileOf(LAB).downloaded.replace(privateKey, other) },
    )
    try {
      await expect(tunnel.reach(GATEWAY)).rejects.toThrow()
    } finally {
      await tunnel.remove()
    }
  },
  60_000,
)
