import { EnrollmentServiceService } from '@defguard/proto/enrollment/v1/enrollment'
import { status } from '@grpc/grpc-js'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { TestCertificates } from '../../../packages/local-stack/src/test-certificates.js'
import { HOUR_MS, waitFor } from '../../core/tests/_core.js'
import { query } from '../../core/tests/_database.js'
import { Caller } from '../../core/tests/_methods.js'
import { renew, shownBy, startTlsPair, trust } from './_tls-pair.js'

const CALLS = 200
const { getInstance } = EnrollmentServiceService

let pair: Awaited<ReturnType<typeof startTlsPair>>
let others: TestCertificates
beforeAll(async () => {
  pair = await startTlsPair()
  others = await TestCertificates.create()
})
afterAll(async () => {
  await pair.stop()
  await others.remove()
})

const isTrue = (condition: boolean) => (condition ? true : undefined)
const statusOf = async () => (await pair.proxy.get('/api/v1/instance')).status

async function countSessions(): Promise<number> {
  const { databaseUrl } = pair.core
  const [row] = await query<{ n: number }>(
    databaseUrl,
    'select count(*)::int n from enrollment_session',
  )
  return row?.n ?? 0
}

/** Waits until the proxy has opened a connection with what it has read. */
async function afterReconnecting(act: () => Promise<unknown>): Promise<void> {
  const { relay } = pair
  const before = relay.opened
  await act()
  await waitFor(() => isTrue(relay.opened > before))
}

it('answers 200 calls that run while both sides get new certificates', async () => {
  const { core, proxy, relay, certificates, ofCore, ofProxy } = pair
  const tokens: string[] = []
  for (const username of ['anna', 'bob', 'cleo', 'dan']) {
    await core.createUser(username)
    tokens.push((await core.invite(username)).token)
  }
  const held = relay.hold()
  const calls = Array.from({ length: CALLS }, (_, i) =>
    proxy.post('/enrollment/start', { token: tokens[i % tokens.length] }),
  )
  await waitFor(async () => isTrue((await countSessions()) === CALLS))

  const shown = await renew(ofCore, certificates)
  await afterReconnecting(() => renew(ofProxy, certificates))
  await waitFor(async () => isTrue((await shownBy(core.core.port)) === shown))

  held.release()
  const statuses = (await Promise.all(calls)).map(({ status }) => status)
  expect(new Set(statuses)).toEqual(new Set([200]))
  expect(await statusOf()).toBe(200)
})

it('lets one CA take over from another, and the old one is nothing afterwards', async () => {
  const { core, certificates, ofCore, ofProxy } = pair
  const old = new Caller(core.core.port, await certificates.credentials('proxy'))
  const fresh = new Caller(core.core.port, await others.credentials('proxy'))
  expect(await old.call(getInstance)).toBeUndefined()

  await afterReconnecting(async () => {
    await trust(ofCore, certificates, others)
    await trust(ofProxy, certificates, others)
  })
  expect(await statusOf()).toBe(200)

  const shown = await renew(ofCore, others)
  await waitFor(async () => isTrue((await shownBy(core.core.port)) === shown))
  await afterReconnecting(() => renew(ofProxy, others))
  await waitFor(async () => isTrue((await fresh.call(getInstance)) === undefined))
  expect(await old.call(getInstance)).toBeUndefined() // over a connection from before
  expect(await statusOf()).toBe(200)

  await afterReconnecting(async () => {
    await trust(ofCore, others)
    await trust(ofProxy, others)
  })
  const refusal = await waitFor(() => old.call(getInstance))
  expect(refusal).toMatchObject({ code: status.UNAUTHENTICATED, reason: undefined })
  await waitFor(async () => isTrue((await statusOf()) === 200))
  old.close()
  fresh.close()
})

it('says no more than that core’s answer is odd when core refuses its certificate', async () => {
  pair.core.advance(40 * 24 * HOUR_MS)
  const { status: code, json } = await pair.proxy.get('/api/v1/instance')
  expect({ code, json }).toEqual({
    code: 502,
    json: { error: 'Unexpected answer from core', reason: 'internal' },
  })
  const health = async () => (await pair.proxy.get('/api/v1/health-grpc')).status
  await waitFor(async () => isTrue((await health()) === 503))
})
