import { afterEach, beforeEach, expect, it } from '@jest/globals'
import type { StreamCaller } from '../src/app/caller.js'
import { ConnectionWatch } from '../src/app/connection-watch.js'
import { EnrollmentWatch } from '../src/app/enrollment-watch.js'
import { type Db, openDatabase } from '../src/db/database.js'
import { startTestCore, type TestCore } from './_core.js'
import { query } from './_database.js'
import { issueToken } from './_gateway.js'

let core: TestCore
let db: Db
beforeEach(async () => {
  core = await startTestCore()
  await core.createLocation('Office', ['10.1.1.1/24'])
  await core.createUser('anna')
  db = openDatabase({ url: core.databaseUrl, poolMax: 2, onIdleError: () => {} })
})
afterEach(async () => {
  await db.destroy()
  await core.stop()
})

/** Somebody whose session ends as soon as it was asked for the first time, and then this happens. */
function endsBefore(happening: () => Promise<unknown>): StreamCaller {
  let isOver = false
  return {
    signal: new AbortController().signal,
    async readmit() {
      if (isOver) throw new Error('The session is over.')
      isOver = true
      await happening()
    },
  }
}

/** The events that come before the end. */
async function eventsOf(sightings: AsyncIterable<{ readonly event?: unknown }>) {
  const events: unknown[] = []
  try {
    for await (const { event } of sightings) if (event) events.push(event)
  } catch (err) {
    return { events, end: String(err) }
  }
  return { events, end: undefined }
}

const NOTHING = { events: [], end: 'Error: The session is over.' }

it('shows nothing of enrollments that happens between a session that ends and the next look', async () => {
  const watch = new EnrollmentWatch(db)
  const caller = endsBefore(() => core.invite('anna'))
  expect(await eventsOf(watch.follow('', caller))).toEqual(NOTHING)
})

it('shows nothing of connections that happens between a session that ends and the next look', async () => {
  const { id } = await issueToken(core, 'Office')
  const watch = new ConnectionWatch(db, () => core.time.now)
  const caller = endsBefore(() =>
    query(
      core.databaseUrl,
      `insert into gateway_stream (id, gateway_id, opened_at, last_seen_at)
       values (gen_random_uuid(), $1, $2, $2)`,
      [id, core.time.now],
    ),
  )
  expect(await eventsOf(watch.follow('Office', caller))).toEqual(NOTHING)
})
