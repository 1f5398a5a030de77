import { status } from '@grpc/grpc-js'
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { type Core, createCore } from '../src/core.js'
import { updateLocation } from './_access.js'
import { connect } from './_clients.js'
import { startTestCore, type TestCore, waitFor } from './_core.js'
import { DarkPath } from './_dark-path.js'
import { query, whileHolding } from './_database.js'
import { HEADERS, issueToken, TestGateway } from './_gateway.js'

const PATIENCE_MS = 60_000

let core: TestCore
let path: DarkPath
/** A core on the same database, that reaches it by the path. */
let far: Core
let clients: ReturnType<typeof connect>
beforeEach(async () => {
  core = await startTestCore()
  await core.createLocation('Office', ['10.1.1.1/24'])
  path = await DarkPath.start(Number(new URL(core.databaseUrl).port))
  const database = { ...core.config.database, url: path.through(core.databaseUrl) }
  far = createCore({ ...core.config, database }, core.seams)
  await far.start()
  clients = connect(far.port, () => core.bearer)
})
afterEach(async () => {
  clients.close()
  await far.stop()
  path.stop()
  await core.stop()
})

const rename = (name: string) => updateLocation({ clients }, 'Office', { endpoint: name })

/** The connections on which cores hear notifications. */
async function listeners(): Promise<number[]> {
  const rows = await query<{ pid: number }>(
    core.databaseUrl,
    `select pid from pg_stat_activity
     where datname = current_database() and application_name = 'defguard-core listener'`,
  )
  return rows.map(({ pid }) => pid)
}

it('hears of changes again after the network has forgotten its connections', async () => {
  const { token: authorization } = await issueToken(core, 'Office')
  const gateway = new TestGateway(far.gatewayPort, { ...HEADERS, authorization })
  const follower = gateway.updates()
  await follower.seen(1)
  const before = await listeners()
  path.forget()
  await updateLocation(core, 'Office', { port: 51_821 })
  await waitFor(() => follower.now.port === 51_821 || undefined, PATIENCE_MS)
  // Not only because it looks by itself from time to time.
  await waitFor(
    async () => (await listeners()).some((pid) => !before.includes(pid)) || undefined,
    PATIENCE_MS,
  )
  gateway.close()
})

it('gives up a call whose answer is lost, and the connection with it', async () => {
  const failed = await whileHolding(
    core.databaseUrl,
    'select from location for update',
    1,
    () => rename('a.example.com').catch((err) => err),
    async () => path.forget(),
  )
  expect(failed).toMatchObject({ code: status.UNAVAILABLE })
  await rename('b.example.com')
  const { location } = await core.clients.locations.getLocation({ name: 'Office' })
  expect(location?.endpoint).toBe('b.example.com')
})
