import { once } from 'node:events'
import { connect, constants } from 'node:http2'
import { status } from '@grpc/grpc-js'
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals'
import { createGroup, refusal, updateLocation } from './_access.js'
import { startTestCore, type TestCore, waitFor } from './_core.js'
import { query } from './_database.js'
import { HEADERS, issueToken, TestGateway } from './_gateway.js'

let core: TestCore
let gateway: TestGateway
let token: string
let gatewayId: number
beforeEach(async () => {
  core = await startTestCore()
  await core.createLocation('Office', ['10.0.0.1/8'])
  await core.createUser('anna', { password: 'Correct-Anna-Battery-1' })
  const issued = await issueToken(core, 'Office')
  token = issued.token
  gatewayId = issued.id
  gateway = new TestGateway(core.core.gatewayPort, { ...HEADERS, authorization: token })
})
afterEach(async () => {
  gateway.close()
  await core.stop()
})

/** So many devices of one person, by hand: through the door they would take minutes. */
async function addPeers(count: number, from = 1): Promise<void> {
  const columns = 'user_id, name, public_key, created_at'
  await query(
    core.databaseUrl,
    `with made as (
       insert into device (${columns})
       select u.id, 'pc ' || i, encode(sha256(i::text::bytea), 'base64'), now()
       from "user" u, generate_series($2::integer, $2 + $1::integer - 1) i where username = 'anna'
       returning id
     )
     insert into device_location (device_id, location_id, position, address)
     select made.id, location.id, 1, '10.1.0.0'::inet + made.id from made, location`,
    [count, from],
  )
}

const streams = async () => (await query(core.databaseUrl, 'select id from gateway_stream')).length

const streamsAre = (count: number) => waitFor(async () => (await streams()) === count || undefined)

it('hands out and follows ten thousand peers', async () => {
  await addPeers(10_000)
  const { config } = await gateway.config()
  expect(new Set(config.peers.map(({ pubkey }) => pubkey)).size).toBe(10_000)
  const follower = gateway.updates()
  await follower.seen(1)
  await core.disable('anna')
  await follower.seen(10_001)
  expect(follower.now.peers).toEqual([])
})

it('keeps a gateway that reads, however much there is to read', async () => {
  await addPeers(10_000)
  const follower = gateway.updates()
  await follower.seen(1)
  await core.disable('anna')
  for (const keepalive_interval of [1, 2, 3])
    await updateLocation(core, 'Office', { keepalive_interval })
  await core.enable('anna')
  await updateLocation(core, 'Office', { keepalive_interval: 4 })
  await waitFor(() => {
    const { peers } = follower.now
    return peers.length === 10_000 && peers.every((peer) => peer.keepalive_interval === 4)
      ? true
      : undefined
  })
})

it('says when a location becomes too large for its gateways, and refuses what no gateway takes', async () => {
  const warn = jest.spyOn(core.core.log, 'warn')
  const warnings = () => warn.mock.calls.filter(([, text]) => /almost too large/.test(`${text}`))
  await addPeers(29_999)
  await gateway.config()
  expect(warnings()).toEqual([])
  await addPeers(1, 30_000)
  for (let i = 0; i < 3; i++) expect((await gateway.config()).config.peers).toHaveLength(30_000)
  expect(warnings()).toEqual([
    [{ location: 'Office', peers: 30_000 }, 'a location is almost too large for its gateways'],
  ])
  await addPeers(40_000, 40_000)
  const message = 'location Office has 70000 peers, more than the 4 MiB that a gateway takes'
  const refused = { code: status.RESOURCE_EXHAUSTED, message }
  expect(await refusal(gateway.config())).toMatchObject(refused)
  expect(await gateway.updates().ended).toMatchObject({ details: message })
})

it('does not wait for a gateway that does not read, and sends it away', async () => {
  await addPeers(900)
  const follower = gateway.updates()
  await follower.seen(1)
  await streamsAre(1)
  follower.call.pause()
  let seconds = 0
  await waitFor(async () => {
    await updateLocation(core, 'Office', { keepalive_interval: ++seconds })
    return (await streams()) === 0 || undefined
  })
  follower.call.resume()
  expect(await follower.ended).toMatchObject({ code: status.UNAVAILABLE })
})

/** A stream of updates of which nothing is read but that it has begun. */
async function openUnread() {
  const connection = connect(`http://127.0.0.1:${core.core.gatewayPort}`, {
    settings: { initialWindowSize: 1_000 },
  })
  const stream = connection.request({
    ':method': 'POST',
    ':path': '/gateway.GatewayService/Updates',
    'content-type': 'application/grpc',
    te: 'trailers',
    authorization: token,
    ...HEADERS,
  })
  stream.on('error', () => {}) // the reset, told by its code
  stream.end(Buffer.alloc(5)) // an empty message, not compressed
  // It is there before anybody has looked who calls.
  await once(stream, 'response')
  await streamsAre(1)
  return { connection, stream }
}

it('keeps nothing for a gateway that does not read even that it is sent away', async () => {
  await addPeers(900)
  const { connection, stream } = await openUnread()
  let seconds = 0
  await waitFor(async () => {
    await updateLocation(core, 'Office', { keepalive_interval: (seconds++ % 60) + 1 })
    return stream.destroyed || undefined
  })
  expect(stream.rstCode).toBe(constants.NGHTTP2_REFUSED_STREAM)
  expect(connection.closed).toBe(false)
  connection.destroy()
})

it.each([
  ['little', 0],
  ['much', 1], // a message for each peer, which are too many to be on their way
])(
  'ends the stream of a revoked token although nobody reads the %s that waits',
  async (_how, changes) => {
    await addPeers(900)
    const { connection, stream } = await openUnread()
    for (let i = 1; i <= changes; i++)
      await updateLocation(core, 'Office', { keepalive_interval: 100 + i })
    await createGroup(core, 'nobody')
    await core.createLocation('Lab', ['192.168.0.1/24'], { allowed_groups: ['nobody'] })
    await core.clients.locations.revokeGatewayToken({ id: gatewayId })
    let seconds = 0
    await waitFor(async () => {
      // Core looks, and finds nothing to tell this gateway.
      await updateLocation(core, 'Lab', { keepalive_interval: (seconds++ % 60) + 1 })
      return stream.destroyed || undefined
    })
    connection.destroy()
    await streamsAre(0)
  },
)
