import { randomBytes } from 'node:crypto'
import { credentials } from '@grpc/grpc-js'
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { startTestCore } from '../../../services/core/tests/_core.js'
import { addDevice, issueToken } from '../../../services/core/tests/_gateway.js'
import { makeWireguardKeys } from '../../../services/enrollment-proxy/web/src/crypto/wireguard-keys.js'
import type { Configuration } from '../src/gateway/contract.js'
import { MemoryWireGuard } from '../src/gateway/memory-wireguard.js'
import { NetworkNamespace } from '../src/gateway/network-namespace.js'
import { type GatewayOptions, ReferenceGateway } from '../src/gateway/reference-gateway.js'
import type { PeerReading, WireGuard } from '../src/gateway/wireguard.js'
import { WireGuardGo } from '../src/gateway/wireguard-go.js'
import { FakeCore } from './_fake-core.js'
import { itUnless, lackOfTunnel } from './_machine.js'
import { answersPing, bringUp, openCable, SERVER_ENDPOINT } from './_tunnel.js'
import { waitFor } from './_wait.js'

const newKey = () => randomBytes(32).toString('base64')
const ZERO_KEY = Buffer.alloc(32).toString('base64')
const [ANNA, BEN] = [newKey(), newKey()]
const OFFICE: Configuration = {
  name: 'Office',
  prvkey: newKey(),
  port: 51820,
  addresses: ['10.1.1.1/24', 'fd01::1/64'],
  peers: [{ pubkey: ANNA, allowed_ips: ['10.1.1.2', 'fd01::2'], keepalive_interval: 25 }],
}

let core: FakeCore
let wireGuard: MemoryWireGuard
let gateway: ReferenceGateway
beforeEach(async () => {
  core = await FakeCore.start(OFFICE)
  wireGuard = new MemoryWireGuard()
  gateway = newGateway()
})
afterEach(async () => {
  await gateway.stop()
  core.stop()
})

function newGateway(more: Partial<GatewayOptions> = {}): ReferenceGateway {
  const target = `localhost:${core.port}`
  const options = { target, credentials: credentials.createInsecure(), hostname: 'gw.internal' }
  return new ReferenceGateway(
    { ...options, token: 'a.b.c', retryMs: 50, statsMs: 50, ...more },
    wireGuard,
  )
}

const connect = () => {
  gateway.start()
  return gateway.connected()
}
/** What the interface has, by key. */
const peers = async () =>
  Object.fromEntries(
    (await wireGuard.readPeers()).map(({ publicKey, allowedIps }) => [publicKey, allowedIps]),
  )
const rpcs = () => core.calls.map(({ rpc }) => rpc)

it('asks for the configuration, then for updates, applies, and only then reports', async () => {
  await connect()
  expect(core.shown).toMatchObject({
    authorization: 'a.b.c',
    hostname: 'gw.internal',
    'defguard-component-version': '1.6.5',
    'defguard-component-system': 'Linux;6.1.0;x86_64',
  })
  const { addresses, privateKey, port } = wireGuard
  expect({ addresses, privateKey, port }).toEqual({
    addresses: OFFICE.addresses,
    privateKey: OFFICE.prvkey,
    port: 51820,
  })
  expect(await wireGuard.readPeers()).toMatchObject([
    { publicKey: ANNA, allowedIps: ['10.1.1.2/32', 'fd01::2/128'], keepaliveInterval: 25 },
  ])
  await waitFor('the report', () => core.count('Stats') === 1)
  expect(rpcs()).toEqual(['Config', 'Updates', 'Stats'])
})

it.each([['1.4.9'], [undefined]])('ends for good when core is of version %s', async (version) => {
  core.version = version
  gateway.start()
  expect(await gateway.ended()).toBe(
    `has met a core of version ${version ?? 'unknown'}, and 1.5.0 is the oldest`,
  )
  expect(wireGuard.timesApplied).toBe(0)
  await expect(gateway.connected()).rejects.toThrow('1.5.0 is the oldest')
})

it.each(['1.5.0', '1.6.6+ours', '2.0.0-beta1'])(
  'works with a core of version %s',
  async (version) => {
    core.version = version
    await connect()
  },
)

it('tries again after a while when core refuses, and asks for updates all the same', async () => {
  core.refused.add('Config')
  gateway.start()
  await waitFor('two attempts', () => core.count('Config') === 2)
  core.refused.clear()
  core.refused.add('Updates')
  await waitFor('two more', () => core.count('Config') === 4)
  expect(rpcs().slice(0, 4)).toEqual(['Config', 'Updates', 'Config', 'Updates'])
  const [first, , second] = core.calls
  expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(50)
  expect(wireGuard.timesApplied).toBe(0)
  core.refused.clear()
  await gateway.connected()
})

it.each([
  ['updates end', () => core.endUpdates()],
  ['its report is answered', () => core.answerStats()],
])(
  'drops everything and starts over when %s, without touching an equal interface',
  async (_, end) => {
    await connect()
    await waitFor('the report', () => core.count('Stats') === 1)
    end()
    await waitFor('the second report', () => core.count('Stats') === 2)
    expect(rpcs().slice(3, 5)).toEqual(['Config', 'Updates'])
    expect(wireGuard.timesApplied).toBe(1)
  },
)

it('sets and removes peers one by one, in order', async () => {
  await connect()
  const ben = { pubkey: BEN, allowed_ips: ['10.1.1.3'] }
  core.send({ update_type: 'CREATE', peer: ben })
  core.send({ update_type: 'MODIFY', peer: { pubkey: ANNA, allowed_ips: ['10.1.1.4'] } })
  await waitFor('both', async () => (await peers())[ANNA]?.[0] === '10.1.1.4/32')
  expect(await peers()).toEqual({ [ANNA]: ['10.1.1.4/32'], [BEN]: ['10.1.1.3/32'] })
  core.send({ update_type: 'DELETE', peer: { pubkey: ANNA, allowed_ips: [] } })
  core.send({ update_type: 'DELETE', peer: { pubkey: BEN, allowed_ips: [] } })
  core.send({ update_type: 'CREATE', peer: ben })
  await waitFor('them', async () => !(ANNA in (await peers())))
  await waitFor('the last', async () => BEN in (await peers()))
})

it('replaces the interface only for what it compares', async () => {
  await connect()
  const [anna] = OFFICE.peers as [Configuration['peers'][0]]
  const ben = { pubkey: BEN, allowed_ips: ['10.1.1.3'] }
  /** Applied or not, an update is followed by one that can be seen. */
  const isApplied = async (network: Configuration): Promise<boolean> => {
    const before = wireGuard.timesApplied
    core.send({ update_type: 'MODIFY', network })
    const mark = newKey()
    core.send({ update_type: 'CREATE', peer: { pubkey: mark, allowed_ips: [] } })
    await waitFor('the mark', async () => mark in (await peers()))
    core.send({ update_type: 'DELETE', peer: { pubkey: mark, allowed_ips: [] } })
    await waitFor('its end', async () => !(mark in (await peers())))
    return wireGuard.timesApplied > before
  }
  expect(await isApplied(OFFICE)).toBe(false)
  expect(await isApplied({ ...OFFICE, peers: [{ ...anna, keepalive_interval: 7 }] })).toBe(false)
  for (const change of [
    { name: 'Lab' },
    { prvkey: newKey() },
    { port: 51821 },
    { addresses: ['10.1.1.1/24'] },
    { peers: [anna, ben] },
    { peers: [{ ...anna, pubkey: BEN }] },
    { peers: [{ ...anna, allowed_ips: ['fd01::2', '10.1.1.2'] }] },
    { peers: [{ ...anna, allowed_ips: ['10.1.1.2/32', 'fd01::2'] }] },
  ]) {
    expect([change, await isApplied({ ...OFFICE, ...change })]).toEqual([change, true])
    expect(await isApplied(OFFICE)).toBe(true)
  }
  // A peer that came by itself counts as one of the configuration.
  core.send({ update_type: 'CREATE', peer: ben })
  expect(await isApplied({ ...OFFICE, peers: [ben, anna] })).toBe(false)
})

it('falls into the traps that core has to keep it from', async () => {
  core.configuration = {
    ...OFFICE,
    port: 65_536 + 51820,
    addresses: ['10.1.1.1/24', 'nowhere', '10.1.1.1/33'],
    peers: [{ pubkey: 'no key', allowed_ips: ['10.1.1.5', 'nowhere'], keepalive_interval: 65_536 }],
  }
  await connect()
  expect(wireGuard).toMatchObject({ port: 51820, addresses: ['10.1.1.1/24'] })
  expect(await wireGuard.readPeers()).toMatchObject([
    { publicKey: ZERO_KEY, allowedIps: ['10.1.1.5/32'], keepaliveInterval: 0 },
  ])
  // Addresses go, peers stay.
  core.send({ update_type: 'DELETE', network: OFFICE })
  await waitFor('no addresses', () => wireGuard.addresses.length === 0)
  expect(Object.keys(await peers())).toEqual([ZERO_KEY])
})

it('asks again without a pause for what it cannot apply', async () => {
  gateway = newGateway({ retryMs: 600_000 })
  core.configuration = { ...OFFICE, prvkey: 'no key' }
  gateway.start()
  await waitFor('five attempts', () => core.count('Config') >= 5)
  core.configuration = OFFICE
  await gateway.connected()
  expect(await peers()).toEqual({ [ANNA]: ['10.1.1.2/32', 'fd01::2/128'] })
})

it('reports the peers that had a handshake and have changed, and otherwise only that it is there', async () => {
  await connect()
  const told = () => core.stats.filter((update) => 'peer_stats' in update)
  await waitFor('signs of life', () => core.stats.length >= 2)
  expect(told()).toEqual([])
  wireGuard.count(ANNA, { receivedBytes: 148 }) // an attempt that came to nothing
  const length = core.stats.length
  await waitFor('one more', () => core.stats.length > length + 1)
  expect(told()).toEqual([])
  const endpoint = '[2001:db8::9]:51820'
  wireGuard.count(ANNA, { endpoint, sentBytes: 92, latestHandshake: 1_800_000_000 })
  await waitFor('the counters', () => told().length > 0)
  const after = core.stats.length
  await waitFor('more signs of life', () => core.stats.length > after + 1)
  expect(told()).toMatchObject([
    {
      peer_stats: {
        public_key: ANNA,
        endpoint,
        upload: 92,
        download: 148,
        keepalive_interval: 25,
        latest_handshake: 1_800_000_000,
        allowed_ips: '10.1.1.2/32fd01::2/128',
      },
    },
  ])
  const ids = core.stats.map(({ id }) => id)
  expect(ids).toEqual([...ids].sort((a, b) => a - b))
})

itUnless(lackOfTunnel)('has in memory the peers that a real interface has', async () => {
  const namespace = await NetworkNamespace.make('alone')
  const real = await WireGuardGo.open({ namespace, socket: 'in the namespace' })
  const peer = (publicKey: string, ...allowedIps: string[]) => ({
    publicKey,
    allowedIps,
    keepaliveInterval: 25,
  })
  const office = {
    privateKey: newKey(),
    port: 0,
    addresses: ['10.1.1.1/24', 'fd01::1/64'],
    peers: [peer(ANNA, '10.1.1.2/32', 'fd01::2/128'), peer(BEN, '10.1.1.3/32')],
  }
  const steps: ((one: WireGuard) => Promise<void>)[] = [
    (one) => one.apply(office),
    (one) => one.setPeer(peer(BEN, '10.1.1.2/32')), // which is then no longer Anna's
    (one) => one.removePeer(BEN),
    (one) => one.removePeer(BEN),
    (one) => one.setPeer(peer(BEN, '10.1.1.3/32')),
    (one) => one.apply({ ...office, privateKey: 'no key' }),
    (one) => one.apply({ ...office, peers: [peer(ZERO_KEY, '10.1.1.9/32')] }),
  ]
  const sorted = (peers: PeerReading[]) =>
    peers
      .map((one) => ({ ...one, allowedIps: [...one.allowedIps].sort() }))
      .sort((a, b) => (a.publicKey < b.publicKey ? -1 : 1))
  try {
    for (const step of steps) {
      const [outcome] = await Promise.allSettled([step(real)])
      expect((await Promise.allSettled([step(wireGuard)]))[0]?.status).toBe(outcome.status)
      expect(sorted(await wireGuard.readPeers())).toEqual(sorted(await real.readPeers()))
    }
  } finally {
    await real.close()
    await namespace.remove()
  }
})

itUnless(lackOfTunnel)(
  'carries traffic of the peers that core names, as long as it names them',
  async () => {
    const office = await startTestCore({}, { now: new Date() })
    const cable = await openCable()
    const real = await WireGuardGo.open({ namespace: cable.server, socket: 'in the namespace' })
    const location = await office.createLocation('Office', ['10.1.1.1/24', 'fd01::1/64'])
    const { token } = await issueToken(office, 'Office')
    const target = `localhost:${office.core.gatewayPort}`
    const way = { target, credentials: credentials.createInsecure(), token, hostname: 'gw' }
    const served = new ReferenceGateway({ ...way, retryMs: 100, statsMs: 100 }, real)
    try {
      served.start()
      await served.connected()
      expect(await real.readPeers()).toEqual([])
      const key = makeWireguardKeys()
      await office.createUser('anna', { password: 'Correct-Anna-Battery-1' })
      const { deviceId } = await addDevice(office, 'anna', key.publicKey)
      await bringUp(cable.client, {
        name: `office${process.pid}`,
        config: `[Interface]
PrivateKey = ${key.privateKey}
Address = 10.1.1.2/32, fd01::2/128
[Peer]
PublicKey = ${location.pubkey}
Endpoint = ${SERVER_ENDPOINT}:51820
AllowedIPs = 10.1.1.0/24, fd01::/64
`,
      })
      await waitFor('an answer', () => answersPing(cable.client, '10.1.1.1'))
      expect(await answersPing(cable.client, 'fd01::1')).toBe(true)
      const isSeen = async () => {
        const { device } = await office.clients.devices.getDevice({ id: deviceId })
        const { connection } = device?.locations[0] ?? {}
        return connection?.connected && connection.endpoint
      }
      expect(await waitFor('the report', isSeen)).toMatch(/^192\.0\.2\.2:\d+$/)
      await office.disable('anna')
      await waitFor('silence', async () => !(await answersPing(cable.client, '10.1.1.1')))
      expect(await real.readPeers()).toEqual([])
    } finally {
      await served.stop()
      await real.close()
      await cable.remove()
      await office.stop()
    }
  },
)
