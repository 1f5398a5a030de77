import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { type ImportLocationRequest, UnmappedReason } from '@defguard/proto/admin/v1/locations'
import { status } from '@grpc/grpc-js'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { refusalOf } from './_clients.js'
import { newPublicKey, startTestCore, type TestCore } from './_core.js'

let core: TestCore
beforeAll(async () => {
  core = await startTestCore()
})
afterAll(() => core.stop())

/** As another WireGuard tool makes them. */
function newServerKeys() {
  const { d = '', x = '' } = generateKeyPairSync('x25519').privateKey.export({ format: 'jwk' })
  const toBase64 = (text: string) => Buffer.from(text, 'base64url').toString('base64')
  return { privateKey: toBase64(d), publicKey: toBase64(x) }
}

const interfaceOf = (privateKey: string, network: string) => `[Interface]
PrivateKey = ${privateKey}
Address = ${network}
ListenPort = 51999
`
const peerOf = (pubkey: string, allowedIps: string) =>
  `\n[Peer]\nPublicKey = ${pubkey}\nAllowedIPs = ${allowedIps}\n`

function importFile(config: string, more: Partial<ImportLocationRequest> = {}) {
  return core.clients.locations.importLocation({
    request_id: '',
    name: `Imported ${randomUUID()}`,
    endpoint: 'vpn.example.com',
    allow_all_groups: true,
    allowed_groups: [],
    config,
    dry_run: false,
    ...more,
  })
}

const refusal = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (err) => refusalOf(err),
  )

/** A person's device, and the addresses that it has in a location. */
async function addLaptop(username: string, more: { groups?: string[] } = {}) {
  const { device } = await core.addDevice(await core.startedEnrollment(username, more), 'Laptop')
  return { ...device, key: device.pubkey, username }
}

async function addressesIn(location: string) {
  const { devices } = await core.clients.devices.listDevices({
    page: undefined,
    username: '',
    location,
  })
  const place = (device: (typeof devices)[number]) =>
    device.locations.find((at) => at.location === location)?.addresses
  return Object.fromEntries(devices.map((device) => [device.user, place(device)]))
}

it('takes over a running server: its keys and networks, and the addresses of known devices', async () => {
  const [kept, moved] = [await addLaptop('kept'), await addLaptop('moved')]
  const stranger = newPublicKey()
  const { privateKey, publicKey } = newServerKeys()
  const config = `# the old server
[interface]
Address = 10.61.0.1/24
address = fd61::1/64 # IPv6, too
PrivateKey=${privateKey}
ListenPort = 51999
DNS = 10.61.0.1, corp.example.com
PostUp = iptables -A FORWARD -i %i -j ACCEPT
${peerOf(kept.key, '10.61.0.7/32, fd61::7/128')}PersistentKeepalive = 25
${peerOf(stranger, '10.61.0.2/32')}PersistentKeepalive = 25
`.replaceAll('\n', '\r\n')
  const reply = await importFile(config, { name: 'Taken over' })
  expect(reply.location).toMatchObject({
    name: 'Taken over',
    addresses: ['10.61.0.1/24', 'fd61::1/64'],
    port: 51999,
    pubkey: publicKey,
    dns: ['10.61.0.1', 'corp.example.com'],
    allowed_ips: ['10.61.0.0/24', 'fd61::/64'],
    allow_all_groups: true,
  })
  expect(reply.mapped).toEqual([
    {
      line: 10,
      pubkey: kept.key,
      device_id: kept.id,
      device: 'Laptop',
      user: 'kept',
      addresses: ['10.61.0.7', 'fd61::7'],
    },
  ])
  expect(reply.unmapped).toEqual([
    {
      line: 15,
      pubkey: stranger,
      addresses: ['10.61.0.2'],
      reason: UnmappedReason.UNKNOWN_KEY,
    },
  ])
  expect(reply.ignored).toEqual([
    { setting: 'PostUp', line: 8, count: 1 },
    { setting: 'PersistentKeepalive', line: 13, count: 2 },
  ])
  expect(reply.other_devices).toBe(1)
  expect(await addressesIn('Taken over')).toEqual({
    kept: ['10.61.0.7', 'fd61::7'],
    [moved.username]: ['10.61.0.2', 'fd61::2'],
  })
  const served = await core.clients.serverConfig('Taken over', false)
  expect(served).toContain(`PrivateKey = ${privateKey}\nAddress = 10.61.0.1/24, fd61::1/64\n`)
})

it('goes on with the lowest free address beside those that were taken over', async () => {
  const laptop = await addLaptop('fourth')
  const { privateKey } = newServerKeys()
  const config = interfaceOf(privateKey, '10.62.0.3/28') + peerOf(laptop.key, '10.62.0.1')
  await importFile(config, { name: 'Around the gateway' })
  const before = Object.values(await addressesIn('Around the gateway')).flat()
  expect(before.sort()).toEqual(['10.62.0.1', '10.62.0.2', '10.62.0.4'])
  await addLaptop('fifth')
  expect(await addressesIn('Around the gateway')).toMatchObject({ fifth: ['10.62.0.5'] })
})

it('leaves out devices whose people may not use the location, and network devices', async () => {
  await core.clients.groups.createGroup({ request_id: '', name: 'lab', role: '' })
  const outsider = await addLaptop('outsider')
  const insider = await addLaptop('insider', { groups: ['lab'] })
  await core.createLocation('Plant', ['10.63.0.1/24'])
  const printer = newPublicKey()
  await core.clients.devices.createNetworkDevice({
    request_id: '',
    name: 'printer',
    location: 'Plant',
    addresses: [],
    owner: '',
    pubkey: printer,
    expires_in_seconds: 0,
  })
  const config =
    interfaceOf(newServerKeys().privateKey, '10.64.0.1/24') +
    peerOf(outsider.key, '10.64.0.2/32') +
    peerOf(insider.key, '10.64.0.9/32') +
    peerOf(printer, '10.64.0.3/32')
  const groups = { allow_all_groups: false, allowed_groups: ['lab'] }
  const reply = await importFile(config, { ...groups, name: 'Lab' })
  expect(reply.mapped.map(({ user }) => user)).toEqual(['insider'])
  expect(reply.unmapped.map(({ reason }) => reason)).toEqual([
    UnmappedReason.NOT_ALLOWED,
    UnmappedReason.NETWORK_DEVICE,
  ])
  expect(await addressesIn('Lab')).toEqual({ insider: ['10.64.0.9'] })
})

it('answers a dry run in the same way, and makes nothing of it', async () => {
  const laptop = await addLaptop('tried')
  const config =
    interfaceOf(newServerKeys().privateKey, '10.65.0.1/24') + peerOf(laptop.key, '10.65.0.8/32')
  const tried = await importFile(config, { name: 'Tried', dry_run: true })
  const got = await refusal(core.clients.locations.getLocation({ name: 'Tried' }))
  expect(got?.code).toBe(status.NOT_FOUND)
  const done = await importFile(config, { name: 'Tried' })
  expect({ ...tried, location: undefined }).toEqual({ ...done, location: undefined })
  expect({ ...tried.location, id: 0 }).toEqual({ ...done.location, id: 0 })
})

it('is one location however often and however simultaneously it is asked for', async () => {
  const laptop = await addLaptop('repeated')
  const request = { request_id: randomUUID(), name: 'Repeated' }
  const config =
    interfaceOf(newServerKeys().privateKey, '10.66.0.1/24') + peerOf(laptop.key, '10.66.0.8/32')
  const replies = await Promise.all([1, 2, 3].map(() => importFile(config, request)))
  expect(replies[1]).toEqual(replies[0])
  expect(replies[2]).toEqual(replies[0])
  const again = await refusal(importFile(config, { name: 'Another' }))
  expect(again).toMatchObject({
    code: status.ALREADY_EXISTS,
    message: 'config: another location has this private key',
  })
})

it('refuses the key of a device as a server’s, and a file that names its own server', async () => {
  const { privateKey, publicKey } = newServerKeys()
  await core.addDevice(await core.startedEnrollment('keyholder'), 'Laptop', publicKey)
  const taken = await refusal(importFile(interfaceOf(privateKey, '10.67.0.1/24')))
  expect(taken).toMatchObject({
    code: status.INVALID_ARGUMENT,
    message: 'config: line 2 has the private key of a device',
  })
  const own = newServerKeys()
  const config = interfaceOf(own.privateKey, '10.67.0.1/24') + peerOf(own.publicKey, '10.67.0.2')
  expect((await refusal(importFile(config)))?.message).toBe(
    'config: line 7 has the public key of the server',
  )
})

it('lets one of a server and a device have a key that both ask for at once', async () => {
  await core.createLocation('Workshop', ['10.72.0.1/24'])
  const race = async (index: number) => {
    const { privateKey, publicKey } = newServerKeys()
    const outcomes = await Promise.allSettled([
      importFile(interfaceOf(privateKey, '10.73.0.1/24')),
      core.clients.devices.createNetworkDevice({
        request_id: '',
        name: `racing ${index}`,
        location: 'Workshop',
        addresses: [],
        owner: '',
        pubkey: publicKey,
        expires_in_seconds: 0,
      }),
    ])
    return outcomes.filter((outcome) => outcome.status === 'fulfilled').length
  }
  const winners = await Promise.all(Array.from({ length: 10 }, (_, index) => race(index)))
  expect(winners).toEqual(winners.map(() => 1))
})

it('names each line that is wrong, repeats no key, and writes nothing', async () => {
  const { privateKey } = newServerKeys()
  const [first, second] = [newPublicKey(), newPublicKey()]
  const good = interfaceOf(privateKey, '10.68.0.1/24, fd68::1/64')
  const twoPeers = good + peerOf(first, '10.68.0.2/32')
  const cases: [string, string][] = [
    ['', 'line 1 begins a file without [Interface]'],
    [good.replace(privateKey, privateKey.slice(1)), 'line 2 has no private key'],
    [good.replace(/PrivateKey.*\n/, ''), 'line 1 has no PrivateKey'],
    [good.replace(/Address.*\n/, ''), 'line 1 has no Address'],
    [good.replace(/ListenPort.*\n/, ''), 'line 1 has no ListenPort'],
    [good.replace('51999', '0'), 'line 4 has no port'],
    [good.replace('10.68.0.1/24', '10.68.0.1'), 'line 3 "10.68.0.1" is not a CIDR'],
    [good.replace('10.68.0.1/24', '10.68.0.255/24'), 'line 3 "10.68.0.255/24" has the broadcast'],
    [good.replace('fd68::1/64', '10.68.0.9/16'), 'line 3 "10.68.0.9/16" overlaps'],
    [`${good}DNS = 1.1.1.1, not a host\n`, 'line 5 "not a host" is neither'],
    [`${good}PrivatKey = ${privateKey}\n`, 'line 5 is no setting that [Interface] has'],
    [`${good}nonsense\n`, 'line 5 is no setting such as'],
    [`${good}${privateKey}\n`, 'line 5 is no setting'],
    [`${good}[Pear]\n`, 'line 5 is neither [Interface] nor [Peer]'],
    [`DNS = 1.1.1.1\n${good}`, 'line 1 comes before any'],
    [good + good, 'line 5 is the second [Interface]'],
    [`${good}[Peer]\nAllowedIPs = 10.68.0.2/32\n`, 'line 5 has no PublicKey'],
    [good + peerOf('AAAA', '10.68.0.2/32'), 'line 7 has no public key'],
    [twoPeers + peerOf(first, '10.68.0.3/32'), 'line 11 has the key of line 7'],
    [twoPeers + peerOf(second, '10.68.0.2/32'), 'line 12 "10.68.0.2/32" is in line 8 already'],
    [good + peerOf(first, '10.68.0.2, 10.68.0.3'), 'line 8 "10.68.0.3" is the second of the same'],
    [good + peerOf(first, '10.69.0.2/32'), 'line 8 "10.69.0.2/32" is outside'],
    [good + peerOf(first, '10.68.0.0/24'), 'line 8 "10.68.0.0/24" is more than one address'],
    [good + peerOf(first, '10.68.0.1/32'), 'line 8 "10.68.0.1/32" is the address of its gateway'],
    [good + peerOf(first, 'fd68::/128'), 'line 8 "fd68::/128" is a network address'],
    [good + peerOf(first, '10.68.0.300'), 'line 8 "10.68.0.300" is no IP address'],
  ]
  const before = await core.clients.locations.listLocations({ page: undefined })
  for (const [config, problem] of cases) {
    const got = await refusal(importFile(config))
    expect(got).toMatchObject({
      code: status.INVALID_ARGUMENT,
      reason: 'invalid_argument',
      message: expect.stringContaining(problem),
    })
    expect(got?.message).not.toContain(privateKey.slice(1, -1))
    expect(got?.message).not.toContain(first)
  }
  expect(await core.clients.locations.listLocations({ page: undefined })).toEqual(before)
})

it('tells all problems of a request at once, and of a hopeless file the first ones', async () => {
  const config = `[Interface]\n${'nonsense\n'.repeat(5000)}`
  const got = await refusal(importFile(config, { name: '', endpoint: 'a b' }))
  expect(got?.message).toContain('line 2 is no setting')
  expect(got?.message).toMatch(/and \d+ more problems$/)
  expect(got?.message.length).toBeLessThan(4000)
  const good = interfaceOf(newServerKeys().privateKey, '10.70.0.1/24')
  const other = await refusal(importFile(good, { name: '', endpoint: 'a b' }))
  expect(other?.message).toMatch(/^name: .*; endpoint: /)
})

it('refuses a server whose network is too small for everybody who may use it', async () => {
  const full = await refusal(
    importFile(interfaceOf(newServerKeys().privateKey, '10.71.0.1/30'), {
      name: 'Small',
    }),
  )
  expect(full).toMatchObject({
    code: status.RESOURCE_EXHAUSTED,
    message: 'no free address in location Small',
  })
})
