import { readFileSync } from 'node:fs'
import { credentials } from '@grpc/grpc-js'
import { afterAll, beforeAll, expect } from '@jest/globals'
import type { Browser } from 'playwright-core'
import { makeWireguardKeys } from '../../../services/enrollment-proxy/web/src/crypto/wireguard-keys.js'
import { ReferenceGateway } from '../src/gateway/reference-gateway.js'
import { WireGuardGo } from '../src/gateway/wireguard-go.js'
import { findFreePort } from '../src/ports.js'
import { isAlive } from '../src/processes.js'
import { App } from './_app.js'
import { Balancer } from './_balancer.js'
import { launchBrowser, visit } from './_browser.js'
import { runCli, runCliJson } from './_cli.js'
import { takeConfig } from './_given-files.js'
import { invite } from './_invitations.js'
import { itUnless, lackOfBrowser, lackOfTunnel } from './_machine.js'
import { SecondCore } from './_second-core.js'
import { readInfo, startTestStack, type TestStack } from './_stack.js'
import { type Cable, ClientMachine, openCable, SERVER_ENDPOINT } from './_tunnel.js'
import { waitFor } from './_wait.js'
import { Wizard } from './_wizard.js'

const PASSWORD = 'Tulip-rain-on-7-roofs!'
/** One of its own on each machine that runs several of these tests: interfaces have this name. */
const LAB = `Lab${process.pid}`
const [OFFICE, NEW_OFFICE] = ['10.79.0.1', '10.80.0.1']

const itThroughTunnel = itUnless(lackOfBrowser, lackOfTunnel)

let stack: TestStack
let second: SecondCore
let balancer: Balancer
let browser: Browser
let cable: Cable
let wireGuard: WireGuardGo
let gateway: ReferenceGateway
let tokenId: number
/** Ada's machine, once she has enrolled. */
let laptop: ClientMachine
let config: string

beforeAll(async () => {
  if (lackOfBrowser || lackOfTunnel) return
  const port = await findFreePort()
  stack = await startTestStack({ env: { DEFGUARD_GATEWAY_GRPC_PORT: String(port) } })
  second = await SecondCore.start(stack)
  balancer = await Balancer.start([second.gatewayPort, port])
  browser = await launchBrowser()
  const place = ['--address', `${OFFICE}/24`, '--endpoint', SERVER_ENDPOINT, '--port', '51820']
  await admin('location', 'create', '--name', LAB, ...place)
  await admin('group', 'create', 'staff')
  cable = await openCable()
  laptop = new ClientMachine(cable.client, LAB)
  wireGuard = await WireGuardGo.open({ namespace: cable.server, socket: 'in the namespace' })
  gateway = await startGateway()
}, 120_000)

afterAll(async () => {
  await gateway?.stop()
  await wireGuard?.close()
  await cable?.remove()
  await browser?.close()
  balancer?.stop()
  await second?.kill()
  await stack?.stop()
})

function admin<T>(...args: readonly string[]): Promise<T> {
  return runCliJson<T>(stack.info, ...args)
}

/** One that is connected to the second core as long as that lives. */
async function startGateway(): Promise<ReferenceGateway> {
  const issue = ['location', 'gateway-token', 'issue', LAB, '--name', `gw-${Date.now()}`]
  const { id, token } = await admin<{ id: number; token: string }>(...issue)
  tokenId = id
  const started = new ReferenceGateway(
    {
      target: `localhost:${balancer.port}`,
      credentials: credentials.createSsl(readFileSync(stack.info.adminTls.ca)),
      token,
      hostname: 'lab-gateway',
      retryMs: 500,
      statsMs: 500,
    },
    wireGuard,
  )
  started.start()
  await started.connected()
  return started
}

/** Waits for a tunnel that negotiates anew, since WireGuard tries again after five seconds only. */
async function connects(address = OFFICE): Promise<void> {
  await waitFor('an answer through the tunnel', async () => {
    await laptop.use(config)
    return laptop.isAnsweredBy(address)
  })
}

/** Waits until a tunnel that was open has closed, and cannot be opened again. */
async function isCutOff(): Promise<void> {
  await waitFor('silence', async () => !(await laptop.isAnsweredBy(OFFICE)))
  await laptop.use(config)
  expect(await laptop.isAnsweredBy(OFFICE)).toBe(false)
}

interface DeviceRow {
  readonly id: number
  readonly pubkey: string
}
const deviceNamed = async (name: string): Promise<DeviceRow> => {
  const rows = await admin<(DeviceRow & { name: string })[]>('device', 'list', '--user', 'ada')
  return rows.find((row) => row.name === name) as DeviceRow
}

itThroughTunnel('opens the VPN for who has finished in the wizard, and not before', async () => {
  const ada = await invite(stack.info, 'Ada')
  // Her phone has the link, too, and a device before there is an account.
  const app = await App.open(stack.info, ada.token)
  const { configs, keys } = await app.addDevice('phone')
  const lab = configs.find(({ network_name }) => network_name === LAB)
  const early = lab?.config.replace('YOUR_PRIVATE_KEY', keys.privateKey) ?? ''
  await laptop.use(early)
  expect(await laptop.isAnsweredBy(OFFICE)).toBe(false)

  const { page } = await visit(browser)
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  const wizard = new Wizard(page)
  await wizard.begin(ada.url)
  await wizard.toPassword()
  expect(await wireGuard.readPeers()).toEqual([])
  await laptop.use(early)
  expect(await laptop.isAnsweredBy(OFFICE)).toBe(false)
  await wizard.typePassword(PASSWORD)
  await wizard.next()
  await wizard.at(wizard.text.vpn.title)
  await wizard.addDevice('laptop')
  const { downloaded } = await takeConfig(page, LAB)
  await wizard.next()
  await wizard.at('You are all set, Ada')
  await page.context().close()

  for (const file of [early, downloaded]) {
    config = file
    await connects()
  }
  expect(await wireGuard.readPeers()).toHaveLength(2)
})

itThroughTunnel('closes for who is disabled, and opens again for who is enabled', async () => {
  await admin('user', 'disable', 'ada')
  await isCutOff()
  await admin('user', 'enable', 'ada')
  await connects()
})

itThroughTunnel('closes for an old key as soon as the device has a new one', async () => {
  const { privateKey, publicKey } = makeWireguardKeys()
  const { id } = await deviceNamed('laptop')
  await admin('device', 'rekey', `${id}`, publicKey)
  await isCutOff()
  config = config.replace(/^PrivateKey = .+$/m, `PrivateKey = ${privateKey}`)
  await connects()
})

itThroughTunnel('is open for members of its groups, while they are', async () => {
  await admin('location', 'update', LAB, '--allowed-group', 'staff')
  await isCutOff()
  await admin('group', 'add-member', 'staff', 'ada')
  const { id } = await deviceNamed('laptop')
  const [now] = await admin<{ config: string }[]>('device', 'config', `${id}`, '--location', LAB)
  const address = /^Address = .+$/m.exec(now?.config ?? '')?.[0] ?? ''
  config = config.replace(/^Address = .+$/m, address)
  await connects()
  await admin('group', 'remove-member', 'staff', 'ada', '--yes')
  await isCutOff()
  await admin('location', 'update', LAB, '--everyone')
  await connects()
})

itThroughTunnel(
  'stays open while the core of its gateway is killed, and hears of the rest from another',
  async () => {
    await second.kill()
    expect(await laptop.isAnsweredBy(OFFICE)).toBe(true)
    // Of what is changed meanwhile nobody can tell the gateway, which comes back later.
    await admin('user', 'disable', 'ada')
    await isCutOff()
    await admin('user', 'enable', 'ada')
    await connects()
  },
)

itThroughTunnel('hears what was changed while no core was there', async () => {
  const { core } = stack.info.pids
  process.kill(core, 'SIGKILL')
  await waitFor('the end of core', () => !isAlive(core))
  expect(await laptop.isAnsweredBy(OFFICE)).toBe(true)
  await waitFor('another core', () => readInfo(stack.dir).pids.core !== core)
  await admin('user', 'disable', 'ada')
  await isCutOff()
  await admin('user', 'enable', 'ada')
  await connects()
})

itThroughTunnel(
  'tells from where a device is connected, and how much has gone through',
  async () => {
    const { pubkey } = await deviceNamed('laptop')
    const told = await waitFor('a report', async () => {
      const [peer] = (await wireGuard.readPeers()).filter(({ publicKey }) => publicKey === pubkey)
      const rows = await admin<
        { pubkey: string; locations: { location: string; connection?: Connection }[] }[]
      >('device', 'list', '--user', 'ada')
      const row = rows.find((one) => one.pubkey === pubkey)
      const { connection } = row?.locations.find(({ location }) => location === LAB) ?? {}
      return connection?.endpoint === peer?.endpoint ? connection : undefined
    })
    expect(told).toMatchObject({
      endpoint: expect.stringMatching(/^192\.0\.2\.2:\d+$/),
      connected_since: expect.any(String),
    })
    expect(told.received_bytes).toBeGreaterThan(0)
    expect(told.sent_bytes).toBeGreaterThan(0)
  },
)

interface Connection {
  readonly endpoint: string | null
  readonly connected_since: string | null
  readonly sent_bytes: number
  readonly received_bytes: number
}

itThroughTunnel('moves with its location to other addresses and another port', async () => {
  await admin('location', 'update', LAB, '--address', `${NEW_OFFICE}/24`, '--port', '51821')
  const { id } = await deviceNamed('laptop')
  const [moved] = await admin<{ config: string }[]>('device', 'config', `${id}`, '--location', LAB)
  const privateKey = /^PrivateKey = (.+)$/m.exec(config)?.[1] ?? ''
  config = moved?.config.replace('YOUR_PRIVATE_KEY', privateKey) ?? ''
  await connects(NEW_OFFICE)
})

itThroughTunnel('closes when the token of its gateway is revoked', async () => {
  await runCli(stack.info, 'location', 'gateway-token', 'revoke', `${tokenId}`, '--yes')
  await waitFor('silence', async () => !(await laptop.isAnsweredBy(NEW_OFFICE)))
  expect(await wireGuard.readPeers()).toEqual([])
})

itThroughTunnel(
  'opens again with a new gateway, and closes when its location is deleted',
  async () => {
    await gateway.stop()
    gateway = await startGateway()
    await connects(NEW_OFFICE)
    await admin('location', 'delete', LAB, '--yes')
    await waitFor('silence', async () => !(await laptop.isAnsweredBy(NEW_OFFICE)))
    expect(await wireGuard.readPeers()).toEqual([])
  },
)
