import { once } from 'node:events'
import { connect } from 'node:http2'
import { status } from '@grpc/grpc-js'
import { afterAll, afterEach, beforeAll, expect, it, jest } from '@jest/globals'
import pg from 'pg'
import { refusal } from './_access.js'
import { startTestCore, type TestCore, waitFor } from './_core.js'
import { query, waitingOf, whileHolding } from './_database.js'
import { activePerson, HEADERS, issueToken, TestGateway } from './_gateway.js'

let core: TestCore
let locations = 0
const open: TestGateway[] = []
beforeAll(async () => {
  core = await startTestCore()
})
afterEach(() => {
  for (const gateway of open.splice(0)) gateway.close()
})
afterAll(() => core.stop())

/** Of its own, so that no test meets what another has left. */
async function newLocation(): Promise<string> {
  locations++
  const name = `Office ${locations}`
  await core.createLocation(name, [`10.${locations}.0.1/24`])
  return name
}

async function gatewayOf(location: string, name = 'gw-1') {
  const { id, token: authorization } = await issueToken(core, location, name)
  const gateway = new TestGateway(core.core.gatewayPort, { ...HEADERS, authorization })
  open.push(gateway)
  return { id, gateway }
}

const count = async (what: string) => {
  const [row] = await query<{ count: number }>(
    core.databaseUrl,
    `select count(*)::integer as count from ${what}`,
  )
  return row?.count
}
const noStreams = () =>
  waitFor(async () => ((await count('gateway_stream')) === 0 ? true : undefined))

it('leaves nothing behind of a gateway that reconnects again and again', async () => {
  const { gateway } = await gatewayOf(await newLocation())
  const events = () => count(`audit_event where action like 'gateway.%connected'`)
  const before = await events()
  for (let i = 0; i < 30; i++) {
    await gateway.config()
    const follower = gateway.updates()
    await follower.seen(1)
    follower.stop()
    await follower.ended
    if (i % 10 === 0) await core.core.maintain()
  }
  await noStreams()
  await core.core.maintain()
  expect((await events()) ?? 0).toBeLessThanOrEqual((before ?? 0) + 6)
})

it('puts no stream back that ends while streams are renewed', async () => {
  const follower = (await gatewayOf(await newLocation())).gateway.updates()
  await follower.seen(1)
  await waitFor(async () => (await count('gateway_stream')) || undefined)
  await whileHolding(
    core.databaseUrl,
    'lock table gateway in access exclusive mode',
    1, // who renews
    async () => {},
    async () => {
      follower.stop()
      await noStreams()
    },
  )
  await waitFor(async () => ((await waitingOf(core.databaseUrl)).length === 0 ? true : undefined))
  await noStreams()
})

it('lets the oldest of too many streams with one token go, and nobody else', async () => {
  const location = await newLocation()
  const other = (await gatewayOf(location, 'other')).gateway.updates()
  await other.seen(1)
  const { gateway } = await gatewayOf(location)
  const followers = []
  for (let i = 0; i < 12; i++) {
    const follower = gateway.updates()
    await follower.seen(1)
    followers.push(follower)
  }
  for (const gone of followers.slice(0, 2))
    expect(await gone.ended).toMatchObject({ code: status.UNAVAILABLE })
  const { pubkey } = await activePerson(core, 'mia')
  for (const left of [...followers.slice(2), other])
    expect((await left.seen(2))[1]?.peer?.pubkey).toBe(pubkey)
})

it('lets the oldest of too many reporters with one token go, and nobody else', async () => {
  const location = await newLocation()
  const other = (await gatewayOf(location, 'other')).gateway.openStats()
  const { id, gateway } = await gatewayOf(location)
  const reporters = []
  for (let i = 0; i < 12; i++) {
    core.advance(1_000)
    const now = core.time.now.toISOString()
    reporters.push(gateway.openStats())
    await waitFor(
      async () =>
        (await count(`gateway where id = ${id} and last_seen_at = '${now}'`)) || undefined,
    )
  }
  for (const gone of reporters.slice(0, 2))
    expect(await gone.ended).toMatchObject({ code: status.UNAVAILABLE })
  for (const { call, ended } of [...reporters.slice(2), other]) {
    call.end()
    expect(await ended).toBeUndefined()
  }
})

it('shows two gateways that say they are the same host as two', async () => {
  const location = await newLocation()
  for (const name of ['gw-1', 'gw-2'])
    await (await gatewayOf(location, name)).gateway.updates().seen(1)
  const { gateways } = await core.clients.locations.listGateways({ page: undefined, location })
  expect(gateways).toMatchObject([
    { name: 'gw-1', hostname: 'gw.internal', connected_timestamp: expect.any(Number) },
    { name: 'gw-2', hostname: 'gw.internal', connected_timestamp: expect.any(Number) },
  ])
})

it('refuses a gateway whose location was deleted or whose token was revoked while it was away', async () => {
  const location = await newLocation()
  const [away, revoked] = [await gatewayOf(location, 'away'), await gatewayOf(location, 'revoked')]
  for (const { gateway } of [away, revoked]) {
    const follower = gateway.updates()
    await follower.seen(1)
    follower.stop()
  }
  await noStreams()
  const { gateway } = await core.clients.locations.revokeGatewayToken({ id: revoked.id })
  expect(gateway).toMatchObject({ name: 'revoked', connected_timestamp: undefined })
  expect(await core.clients.locations.deleteLocation({ name: location })).toEqual({
    unreached_gateways: ['away'],
  })
  for (const one of [away, revoked]) {
    expect(await refusal(one.gateway.config())).toMatchObject({
      code: status.UNAUTHENTICATED,
      message: 'Invalid token',
    })
    expect(await one.gateway.updates().ended).toMatchObject({ code: status.UNAUTHENTICATED })
    expect(await one.gateway.openStats().ended).toMatchObject({ code: status.UNAUTHENTICATED })
  }
})

it('goes on for other locations when one has a key that cannot be read', async () => {
  const [broken, good] = [await newLocation(), await newLocation()]
  const followers = [
    (await gatewayOf(broken)).gateway.updates(),
    (await gatewayOf(good)).gateway.updates(),
  ]
  for (const follower of followers) await follower.seen(1)
  await query(
    core.databaseUrl,
    `update location set private_key_sealed = 'nothing', revision = revision + 1 where name = $1`,
    [broken],
  )
  const late = await gatewayOf(broken, 'late')
  expect(await late.gateway.updates().ended).toMatchObject({ code: status.INTERNAL })
  const { pubkey } = await activePerson(core, 'ole')
  expect((await followers[1]?.seen(2))?.[1]?.peer?.pubkey).toBe(pubkey)
  expect(followers[0]?.updates).toHaveLength(1)
})

it('says that it is there before it looks anything up', async () => {
  const { gateway } = await gatewayOf(await newLocation())
  const [{ id } = { id: 0 }] = await query<{ id: number }>(
    core.databaseUrl,
    'select max(id) as id from gateway',
  )
  const holder = new pg.Client(core.databaseUrl)
  await holder.connect()
  await holder.query('begin')
  await holder.query('select from gateway where id = $1 for update', [id])
  const follower = gateway.updates()
  await follower.opened
  expect(follower.updates).toEqual([])
  await holder.query('rollback')
  await holder.end()
  await follower.seen(1)
})

it('makes up for a notification that was lost, within half a minute', async () => {
  const follower = (await gatewayOf(await newLocation())).gateway.updates()
  await follower.seen(1)
  const trigger = 'trigger location_revision_announce'
  await query(core.databaseUrl, `alter table location disable ${trigger}`)
  const { pubkey } = await activePerson(core, 'una')
  await query(core.databaseUrl, `alter table location enable ${trigger}`)
  const [, update] = await follower.seen(2)
  expect(update?.peer?.pubkey).toBe(pubkey)
})

// A gateway pings every 10 s, for ever, also with no call open. Servers that count pings lose patience
// after two or three that come sooner than they like, so many at once say more than a few in minutes.
it('takes any number of pings on a connection without a call', async () => {
  const connection = connect(`http://127.0.0.1:${core.core.gatewayPort}`)
  const goneAway: number[] = []
  connection.on('goaway', (code) => goneAway.push(code))
  await once(connection, 'connect')
  for (let i = 0; i < 200; i++) {
    await new Promise<void>((resolve, reject) =>
      connection.ping((err) => (err ? reject(err) : resolve())),
    )
  }
  expect({ goneAway, isOpen: !connection.closed && !connection.destroyed }).toEqual({
    goneAway: [],
    isOpen: true,
  })
  connection.destroy()
})

it('says once a day, at one core, which tokens are about to expire', async () => {
  const location = await newLocation()
  const { id } = await gatewayOf(location, 'old')
  const until = new Date(+core.time.now + 10 * 86_400_000)
  await query(core.databaseUrl, 'update gateway set expires_at = $2 where id = $1', [id, until])
  const warn = jest.spyOn(core.core.log, 'warn')
  const lines = () => warn.mock.calls.filter(([, text]) => /about to expire/.test(`${text}`))
  await Promise.all([core.core.maintain(), core.core.maintain()])
  await core.core.maintain()
  expect(lines()).toEqual([
    [{ gateway: 'old', location, until }, 'the token of a gateway is about to expire'],
  ])
  core.advance(86_400_000)
  await core.core.maintain()
  expect(lines()).toHaveLength(2)
})
