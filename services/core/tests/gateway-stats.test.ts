import { status } from '@grpc/grpc-js'
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { updateLocation } from './_access.js'
import { newPublicKey, startTestCore, type TestCore, waitFor } from './_core.js'
import { query } from './_database.js'
import { activePerson, HEADERS, issueToken, TestGateway } from './_gateway.js'

let core: TestCore
let gateway: TestGateway
let anna: { pubkey: string; deviceId: number }
let gatewayId: number
beforeEach(async () => {
  core = await startTestCore()
  await core.createLocation('Office', ['10.1.1.1/24'])
  anna = await activePerson(core, 'anna')
  const { id, token: authorization } = await issueToken(core, 'Office')
  gatewayId = id
  gateway = new TestGateway(core.core.gatewayPort, { ...HEADERS, authorization })
})
afterEach(async () => {
  gateway.close()
  await core.stop()
})

const seconds = () => Math.floor(core.time.now.getTime() / 1000)

/** What a gateway says of a peer, unless it says something else. */
const of = (public_key: string, more: object = {}) => ({
  id: 1,
  peer_stats: {
    public_key,
    endpoint: '203.0.113.9:51820',
    upload: 2_000,
    download: 1_000,
    keepalive_interval: 25,
    latest_handshake: seconds() - 10,
    allowed_ips: '10.1.1.2/32',
    ...more,
  },
})

async function connection(id = anna.deviceId) {
  const { device } = await core.clients.devices.getDevice({ id })
  return device?.locations.map((at) => at.connection)
}

it('shows who is connected, since when, from where, and how much went to and fro', async () => {
  expect(await connection()).toEqual([undefined])
  await gateway.stats([of(anna.pubkey)])
  const since = seconds() - 10
  const expected = { endpoint: '203.0.113.9:51820', sent_bytes: 2_000, received_bytes: 1_000 }
  expect(await connection()).toEqual([
    { ...expected, connected: true, connected_timestamp: since, latest_handshake_timestamp: since },
  ])
  core.advance(120_000)
  await gateway.stats([of(anna.pubkey, { upload: 5_000_000_000_000 })])
  expect(await connection()).toMatchObject([
    { connected: true, connected_timestamp: since, sent_bytes: 5_000_000_000_000 },
  ])
  core.advance(300_000)
  expect(await connection()).toMatchObject([{ connected: false, connected_timestamp: undefined }])
  await gateway.stats([of(anna.pubkey)])
  expect(await connection()).toMatchObject([{ connected_timestamp: seconds() - 10 }])
  await core.disable('anna')
  expect(await connection()).toMatchObject([{ connected: false }])
})

it('keeps the good reports among odd ones, and does not answer before the end', async () => {
  const bob = await activePerson(core, 'bob')
  const stats = gateway.openStats()
  let isOver = false
  void stats.ended.then(() => {
    isOver = true
  })
  for (const update of [
    { id: 1, empty: {} },
    { id: 2 },
    of(newPublicKey()),
    of('no key\u0000'),
    of(bob.pubkey, { endpoint: 'nowhere', latest_handshake: 0 }),
    of(anna.pubkey, { upload: '18446744073709551615' }),
    of(anna.pubkey, { upload: -1, download: -1, latest_handshake: -1 }),
    of(anna.pubkey, { latest_handshake: seconds() + 3_600 }),
    of(anna.pubkey),
  ])
    stats.call.write(update)
  // Written while the stream goes on.
  await waitFor(async () => (await connection())?.[0])
  expect(await connection()).toMatchObject([{ connected: true, endpoint: '203.0.113.9:51820' }])
  expect(await connection(bob.deviceId)).toMatchObject([
    { connected: false, endpoint: undefined, latest_handshake_timestamp: undefined },
  ])
  expect(isOver).toBe(false)
  stats.call.end()
  expect(await stats.ended).toBeUndefined()
})

it('believes a gateway of its own location only', async () => {
  await core.createLocation('Lab', ['10.2.1.1/24'])
  const { token: authorization } = await issueToken(core, 'Lab')
  const lab = new TestGateway(core.core.gatewayPort, { ...HEADERS, authorization })
  await lab.stats([of(anna.pubkey)])
  lab.close()
  expect((await connection())?.map((at) => at?.connected)).toEqual([undefined, true])
})

it.each(['revoked', 'expired'])('ends the reports of a gateway whose token is %s', async (how) => {
  const stats = gateway.openStats()
  stats.call.write(of(anna.pubkey))
  await waitFor(async () => (await connection())?.[0])
  if (how === 'revoked') await core.clients.locations.revokeGatewayToken({ id: gatewayId })
  else {
    await query(core.databaseUrl, 'update gateway set expires_at = $1', [core.time.now])
    await updateLocation(core, 'Office', { keepalive_interval: 10 }) // so that core looks now
  }
  stats.call.write(of(anna.pubkey, { upload: 9_000 }))
  expect(await stats.ended).toMatchObject({ code: status.UNAUTHENTICATED })
  expect(await connection()).toMatchObject([{ sent_bytes: 2_000 }])
  expect(await gateway.stats([]).catch(({ code }) => code)).toBe(status.UNAUTHENTICATED)
})

it('does not let an older report replace a newer one, and forgets all after a month', async () => {
  await gateway.stats([of(anna.pubkey)])
  await gateway.stats([of(anna.pubkey, { latest_handshake: seconds() - 100, upload: 1 })])
  expect(await connection()).toMatchObject([{ sent_bytes: 2_000 }])
  core.advance(30 * 24 * 3_600_000 + 1_000)
  await core.login()
  await core.core.maintain()
  expect(await query(core.databaseUrl, 'select device_id from device_stats')).toEqual([])
})
