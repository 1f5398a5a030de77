import { status } from '@grpc/grpc-js'
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { createCore } from '../src/core.js'
import { refusal, updateLocation } from './_access.js'
import { startTestCore, type TestCore, waitFor } from './_core.js'
import { activePerson, followLocation, HEADERS, issueToken, TestGateway } from './_gateway.js'

let core: TestCore
beforeEach(async () => {
  core = await startTestCore()
  await core.createLocation('Office', ['10.1.1.1/24'])
})
afterEach(() => core.stop())

/** What a gateway says of a peer that has just been in touch. */
const touch = (public_key: string, upload = 2_000) => ({
  id: 1,
  peer_stats: {
    public_key,
    endpoint: '203.0.113.9:51820',
    upload,
    download: 1_000,
    keepalive_interval: 25,
    latest_handshake: Math.floor(+core.time.now / 1_000),
    allowed_ips: '10.1.1.2/32',
  },
})

const location = async () => core.clients.locations.getLocation({ name: 'Office' })

it('shows who is connected, and then who comes and goes, whichever core hears of it', async () => {
  const [anna, ben] = [await activePerson(core, 'anna'), await activePerson(core, 'ben')]
  const { gateway, follower } = await followLocation(core, 'Office')
  await gateway.stats([touch(anna.pubkey)])
  const watch = core.clients.watchConnections('Office')
  const seen = (count: number) => waitFor(() => (watch.story.length >= count ? true : undefined))
  await waitFor(() => watch.isComplete || undefined)
  expect(watch.story).toEqual(['gateway_connected gw-1', 'device_connected anna'])
  expect(watch.events[1]).toMatchObject({
    device_id: anna.deviceId,
    connection: { connected: true, endpoint: '203.0.113.9:51820', sent_bytes: 2_000 },
  })

  const other = createCore(core.config, core.seams)
  await other.start()
  const { token: authorization } = await issueToken(core, 'Office', 'gw-2')
  const second = new TestGateway(other.gatewayPort, { ...HEADERS, authorization })
  const following = second.updates()
  await following.seen(1)
  await seen(3)
  await second.stats([touch(ben.pubkey)])
  await seen(4)
  await gateway.stats([touch(anna.pubkey, 3_000)])
  await seen(5)
  await core.disable('ben')
  await seen(6)
  following.stop()
  await seen(7)
  core.advance(300_000)
  await seen(9)
  expect(watch.story.slice(2, 7)).toEqual([
    'gateway_connected gw-2',
    'device_connected ben',
    'device_traffic anna',
    'device_disconnected ben',
    'gateway_disconnected gw-2',
  ])
  expect(watch.story).toContain('device_disconnected anna')
  watch.stop()
  follower.stop()
  for (const one of [gateway, second]) one.close()
  await other.stop()
}, 60_000)

it('ends when there is no such location, or no longer, and when core stops', async () => {
  const unknown = core.clients.watchConnections('Nowhere')
  expect(await unknown.ended).toMatchObject({ code: status.NOT_FOUND })
  const watch = core.clients.watchConnections('Office')
  await waitFor(() => watch.isComplete || undefined)
  await updateLocation(core, 'Office', { name: 'HQ' })
  await core.createLocation('Lab', ['10.2.1.1/24'])
  const other = core.clients.watchConnections('Lab')
  await waitFor(() => other.isComplete || undefined)
  await core.clients.locations.deleteLocation({ name: 'HQ' })
  expect(await watch.ended).toMatchObject({ code: status.NOT_FOUND })
  await core.restart()
  await other.ended
})

it('counts with the location who is connected, by its own threshold', async () => {
  const { pubkey, deviceId } = await activePerson(core, 'anna')
  await activePerson(core, 'ben')
  const { gateway, follower } = await followLocation(core, 'Office')
  await gateway.stats([touch(pubkey)])
  expect((await location()).status).toMatchObject({
    peers: 2,
    connected_devices: 1,
    gateways: [{ name: 'gw-1', hostname: 'gw.internal', connected_timestamp: expect.any(Number) }],
  })
  const isConnected = async () => {
    const { device } = await core.clients.devices.getDevice({ id: deviceId })
    return device?.locations[0]?.connection?.connected
  }
  core.advance(200_000)
  expect(await isConnected()).toBe(true)
  await updateLocation(core, 'Office', { peer_disconnect_threshold: 180 })
  expect((await location()).status?.connected_devices).toBe(0)
  expect(await isConnected()).toBe(false)
  await updateLocation(core, 'Office', { peer_disconnect_threshold: 600 })
  expect((await location()).status?.connected_devices).toBe(1)
  expect(await isConnected()).toBe(true)
  follower.stop()
  gateway.close()
})

it.each([0, 179, 86_401])('refuses a threshold of %s seconds', async (seconds) => {
  const change = updateLocation(core, 'Office', { peer_disconnect_threshold: seconds })
  expect(await refusal(change)).toMatchObject({
    message: 'peer_disconnect_threshold: must be 180 to 86400 seconds',
  })
})
