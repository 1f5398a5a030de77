import { AuthServiceService } from '@defguard/proto/admin/v1/auth'
import { EnrollmentServiceService } from '@defguard/proto/enrollment/v1/enrollment'
import { status } from '@grpc/grpc-js'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { TestCertificates } from '../../../packages/local-stack/src/test-certificates.js'
import { connect, refusalOf } from './_clients.js'
import { HOUR_MS } from './_core.js'
import { startTlsCore, type TlsCore } from './_tls-core.js'

const NOT_VALID = {
  code: status.UNAUTHENTICATED,
  message: 'the client certificate is not valid',
  reason: undefined,
}
const NONE = {
  code: status.UNAUTHENTICATED,
  message: 'a client certificate is required',
  reason: undefined,
}
const NO_CONNECTION = { code: status.UNAVAILABLE, reason: undefined }
const { getInstance } = EnrollmentServiceService
const { whoAmI } = AuthServiceService

let strangers: TestCertificates
beforeAll(async () => {
  strangers = await TestCertificates.create()
})
afterAll(() => strangers.remove())

describe('where every caller shows a certificate', () => {
  let tls: TlsCore
  beforeAll(async () => {
    tls = await startTlsCore()
  })
  afterAll(() => tls.stop())

  it('opens no connection without a certificate, or with one of another CA', async () => {
    const none = tls.caller(await tls.certificates.bare())
    expect(await none.call(getInstance)).toMatchObject(NO_CONNECTION)
    const { ca } = await tls.certificates.issue('proxy')
    const stranger = tls.caller(await strangers.credentials('proxy', { ca }))
    expect(await stranger.call(getInstance)).toMatchObject(NO_CONNECTION)
  })

  it('opens no connection with a certificate that has expired, or is not good yet', async () => {
    const expired = await tls.certificates.credentials('proxy', { lifetimeMs: HOUR_MS })
    expect(await tls.caller(expired).call(getInstance)).toMatchObject(NO_CONNECTION)
    const from = new Date(Date.now() + HOUR_MS)
    const early = await tls.certificates.credentials('proxy', { from })
    expect(await tls.caller(early).call(getInstance)).toMatchObject(NO_CONNECTION)
  })

  it('refuses calls over an open connection whose certificate expires meanwhile', async () => {
    const lifetimeMs = 25 * HOUR_MS // it began yesterday
    const caller = tls.caller(await tls.certificates.credentials('proxy', { lifetimeMs }))
    expect(await caller.call(getInstance)).toBeUndefined()
    tls.core.advance(2 * HOUR_MS)
    expect(await caller.call(getInstance)).toEqual(NOT_VALID)
    tls.core.advance(-2 * HOUR_MS)
    expect(await caller.call(getInstance)).toBeUndefined()
    tls.core.advance(-26 * HOUR_MS)
    expect(await caller.call(getInstance)).toEqual(NOT_VALID) // not good yet, by core's clock
    tls.core.advance(26 * HOUR_MS)
  })

  it('ends a stream when the certificate it was opened with has expired', async () => {
    const way = await tls.certificates.credentials('admin', { lifetimeMs: 25 * HOUR_MS })
    const clients = connect(tls.core.core.port, () => tls.core.bearer, way)
    const watch = await clients.watch()
    tls.core.advance(2 * HOUR_MS)
    await tls.core.createUser('anna')
    await tls.core.invite('anna')
    const failure = await watch.ended
    clients.close()
    tls.core.advance(-2 * HOUR_MS)
    expect(refusalOf(failure)).toEqual(NOT_VALID)
    expect(watch.story).toEqual([])
  })
})

describe('where admins need no certificate', () => {
  let tls: TlsCore
  beforeAll(async () => {
    tls = await startTlsCore('optional')
  })
  afterAll(() => tls.stop())

  it('asks them for a session, and everybody else for a certificate', async () => {
    const none = tls.caller(await tls.certificates.bare())
    expect(await none.call(whoAmI)).toMatchObject({ reason: 'not_logged_in' })
    expect(await none.call(whoAmI, tls.core.bearer)).toBeUndefined()
    expect(await none.call(getInstance)).toEqual(NONE)
  })

  it('takes a bad certificate for worse than none', async () => {
    const { ca } = await tls.certificates.issue('admin')
    const stranger = tls.caller(await strangers.credentials('admin', { ca }))
    expect(await stranger.call(whoAmI, tls.core.bearer)).toMatchObject(NO_CONNECTION)
    const proxy = tls.caller(await tls.certificates.credentials('proxy'))
    expect(await proxy.call(whoAmI, tls.core.bearer)).toMatchObject({
      code: status.PERMISSION_DENIED,
    })
  })
})
