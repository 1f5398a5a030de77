import { status } from '@grpc/grpc-js'
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { createCore } from '../src/core.js'
import { startTestCore, type TestCore, waitFor } from './_core.js'
import { query } from './_database.js'
import { followLocation, issueToken } from './_gateway.js'

let core: TestCore
beforeEach(async () => {
  core = await startTestCore()
  await core.createLocation('Office', ['10.1.1.1/24'])
})
afterEach(() => core.stop())

const listed = async () =>
  (await core.clients.locations.listGateways({ page: undefined, location: '' })).gateways

it('shows who is connected, whatever the order in which streams of one gateway end', async () => {
  const { id, gateway, follower } = await followLocation(core, 'Office')
  const connected = async () => (await listed())[0]?.connected_timestamp !== undefined
  expect(await connected()).toBe(true)
  const second = gateway.updates()
  await second.seen(1)
  follower.stop()
  const streams = async () => {
    const rows = await query(core.databaseUrl, 'select id from gateway_stream')
    return rows.length
  }
  await waitFor(async () => ((await streams()) === 1 ? true : undefined))
  expect(await connected()).toBe(true)
  second.stop()
  await waitFor(async () => ((await streams()) === 0 ? true : undefined))
  expect(await connected()).toBe(false)
  const revoked = await core.clients.locations.revokeGatewayToken({ id })
  expect(revoked.gateway?.connected_timestamp).toBeUndefined()
  gateway.close()
})

it('records who came and went, once, and when a core stops at once', async () => {
  const { follower, gateway } = await followLocation(core, 'Office')
  const other = createCore(core.config, core.seams)
  await other.start()
  const history = async () => {
    await Promise.all([core.core.maintain(), other.maintain()])
    const rows = await query(
      core.databaseUrl,
      `select action, object_name, details->>'hostname' as hostname from audit_event
       where action in ('gateway.connected', 'gateway.disconnected') order by id`,
    )
    return rows.map(({ action, object_name, hostname }) => `${action} ${object_name} ${hostname}`)
  }
  expect(await history()).toEqual(['gateway.connected gw-1 gw.internal'])
  await core.restart()
  expect(await follower.ended).toMatchObject({ code: status.UNAVAILABLE })
  expect(await history()).toEqual([
    'gateway.connected gw-1 gw.internal',
    'gateway.disconnected gw-1 gw.internal',
  ])
  await other.stop()
  gateway.close()
})

it('forgets a stream whose core has died, after a minute', async () => {
  const { id } = await issueToken(core, 'Office')
  await query(
    core.databaseUrl,
    'insert into gateway_stream values (gen_random_uuid(), $1, $2, $2)',
    [id, core.time.now],
  )
  expect((await listed())[0]?.connected_timestamp).toBeDefined()
  core.advance(60_000)
  expect((await listed())[0]?.connected_timestamp).toBeUndefined()
})
