import type { Settings } from '@defguard/proto/admin/v1/settings'
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { createCore } from '../src/core.js'
import { updateLocation } from './_access.js'
import { MINUTE_MS, startTestCore, type TestCore, waitFor } from './_core.js'
import { query } from './_database.js'
import { type Follower, followLocation, issueToken, type TestGateway } from './_gateway.js'
import { changeSettings } from './_settings.js'

const ON: Partial<Settings> = {
  gateway_disconnect_notifications_enabled: true,
  gateway_disconnect_notifications_reconnect_notification_enabled: true,
}

let core: TestCore
const open: TestGateway[] = []
beforeEach(async () => {
  core = await startTestCore()
  await core.createLocation('Office', ['10.1.1.1/24'])
})
afterEach(async () => {
  for (const gateway of open.splice(0)) gateway.close()
  await core.stop()
})

async function follow(location = 'Office') {
  const following = await followLocation(core, location)
  open.push(following.gateway)
  return following
}

/** As a gateway that loses its network. */
async function leave(follower: Follower): Promise<void> {
  follower.stop()
  await waitFor(async () => {
    const rows = await query(core.databaseUrl, 'select id from gateway_stream')
    return rows.length === 0 ? true : undefined
  })
}

/** Time passes as it does on cores that run: streams are renewed, and somebody looks every minute. */
async function minutes(count: number, look = () => core.core.maintain()): Promise<void> {
  for (let i = 0; i < count; i++) {
    core.advance(MINUTE_MS)
    await query(
      core.databaseUrl,
      `with open as (update gateway_stream set last_seen_at = $1 returning gateway_id)
       update gateway set followed_at = $1 from open where gateway.id = open.gateway_id`,
      [core.time.now],
    )
    await look()
  }
}

/** The subjects of what all admins have been sent, in order. */
async function subjects(): Promise<string[]> {
  await waitFor(async () => {
    const waiting = await query(
      core.databaseUrl,
      `select id from mail where kind like 'gateway%' and state <> 'sent'`,
    )
    return waiting.length === 0 ? true : undefined
  })
  return core.transport.sent.map(({ subject }) => subject).filter((text) => /ateway/.test(text))
}

const GONE = 'Gateway gw-1 of Office is not connected'
const BACK = 'Gateway gw-1 of Office is connected again'

it('tells admins once that a gateway is gone, and once that it is back', async () => {
  await changeSettings(core, ON)
  const { follower, gateway } = await follow()
  await minutes(6)
  expect(await subjects()).toEqual([])
  const goneAt = core.time.now
  await leave(follower)
  await minutes(4)
  expect(await subjects()).toEqual([])
  await minutes(3)
  expect(await subjects()).toEqual([GONE])
  const text = core.transport.sent.at(-1)?.text ?? ''
  expect(text).toContain('gw.internal')
  expect(text).toContain(`${goneAt.toISOString().slice(11, 16)} UTC`)
  expect(text).not.toContain('expired')

  await gateway.updates().seen(1)
  await minutes(2)
  expect(await subjects()).toEqual([GONE, BACK])
})

it('is told once by two cores that look at the same time', async () => {
  await changeSettings(core, ON)
  const other = createCore(core.config, core.seams)
  await other.start()
  const both = () => Promise.all([core.core.maintain(), other.maintain()])
  const { follower, gateway } = await follow()
  await minutes(6, both as () => Promise<never>)
  await leave(follower)
  await minutes(7, both as () => Promise<never>)
  await gateway.updates().seen(1)
  await minutes(1, both as () => Promise<never>)
  expect(await subjects()).toEqual([GONE, BACK])
  await other.stop()
})

it('says that the token of a gateway has expired, where that is so', async () => {
  await changeSettings(core, ON)
  const { id } = await follow()
  await minutes(6)
  const expiresAt = new Date(+core.time.now + 90_000)
  await query(core.databaseUrl, 'update gateway set expires_at = $2 where id = $1', [id, expiresAt])
  core.advance(90_000)
  await updateLocation(core, 'Office', { keepalive_interval: 10 }) // so that core looks now
  await waitFor(async () => {
    const rows = await query(core.databaseUrl, 'select id from gateway_stream')
    return rows.length === 0 ? true : undefined
  })
  await minutes(8)
  expect(await subjects()).toEqual([GONE])
  const text = core.transport.sent.at(-1)?.text.replace(/\s+/g, ' ')
  const time = expiresAt.toISOString().slice(11, 16)
  expect(text).toMatch(new RegExp(`Token: expired on .* ${time} UTC; it needs another`))
})

it('sums up in one mail what goes at one time', async () => {
  await changeSettings(core, ON)
  await query(
    core.databaseUrl,
    `insert into gateway (location_id, name, jti, issued_at, expires_at, followed_at)
     select location.id, 'gw-' || to_char(n, 'FM00'), gen_random_uuid(), $1, $2, $1
     from location, generate_series(1, 30) n`,
    [core.time.now, new Date(+core.time.now + 86_400_000)],
  )
  await minutes(8)
  expect(await subjects()).toEqual(['30 gateways are not connected'])
  const text = core.transport.sent.at(-1)?.text ?? ''
  expect(text).toContain('gw-20')
  expect(text).not.toContain('gw-21')
  expect(text).toContain('And 10 more')
})

it('says nothing of a gateway that was never there, is back in time, or was ended', async () => {
  await changeSettings(core, ON)
  await issueToken(core, 'Office', 'never')
  const { id, follower, gateway } = await follow()
  await minutes(6)
  // Back for a moment every few minutes, just not when somebody looks.
  let stream = follower
  for (let i = 0; i < 3; i++) {
    await leave(stream)
    await minutes(3)
    stream = gateway.updates()
    await stream.seen(1)
  }
  await leave(stream)
  await core.clients.locations.revokeGatewayToken({ id })
  await minutes(10)
  expect(await subjects()).toEqual([])
})

it('gives gateways the whole time again when nobody has looked for a while', async () => {
  await changeSettings(core, ON)
  const { follower } = await follow()
  await minutes(6)
  await leave(follower)
  // All cores are away for an hour.
  core.advance(60 * MINUTE_MS)
  await minutes(5)
  expect(await subjects()).toEqual([])
  await minutes(2)
  expect(await subjects()).toEqual([GONE])
})

it('tells nobody unless it is switched on, and then also of who is gone already', async () => {
  const { follower, gateway } = await follow()
  await leave(follower)
  await minutes(10)
  expect(await subjects()).toEqual([])
  await changeSettings(core, {
    gateway_disconnect_notifications_enabled: true,
    gateway_disconnect_notifications_inactivity_threshold: 30,
  })
  await minutes(10)
  expect(await subjects()).toEqual([])
  await changeSettings(core, { gateway_disconnect_notifications_inactivity_threshold: 1 })
  await minutes(1)
  expect(await subjects()).toEqual([GONE])
  await gateway.updates().seen(1)
  await minutes(2)
  expect(await subjects()).toEqual([GONE])
})

it.each([0, 10_081])('refuses a threshold of %s minutes', async (threshold) => {
  await expect(
    changeSettings(core, { gateway_disconnect_notifications_inactivity_threshold: threshold }),
  ).rejects.toThrow(
    'gateway_disconnect_notifications_inactivity_threshold: must be 1 to 10080 minutes',
  )
})
