import { status } from '@grpc/grpc-js'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { callersOf, GuardedServer } from '../src/grpc/callers.js'
import { query } from './_database.js'
import { allMethods, HEALTH_CHECK } from './_methods.js'
import { startTlsCore, type TlsCore } from './_tls-core.js'

const WRONG_ROLE = {
  code: status.PERMISSION_DENIED,
  message: 'the client certificate is not for this call',
  reason: undefined,
}

let tls: TlsCore
beforeAll(async () => {
  tls = await startTlsCore()
})
afterAll(() => tls.stop())

it('refuses every admin method to the certificate of the proxy, even with an admin’s session', async () => {
  const proxy = tls.caller(await tls.certificates.credentials('proxy'))
  const methods = await allMethods('defguard.admin')
  expect(methods.length).toBeGreaterThan(60)
  for (const method of methods) {
    expect({ [method.path]: await proxy.call(method, tls.core.bearer) }).toEqual({
      [method.path]: WRONG_ROLE,
    })
  }
})

it('refuses every enrollment method to the certificate of an admin', async () => {
  const admin = tls.caller(await tls.certificates.credentials('admin'))
  const methods = await allMethods('defguard.enrollment')
  expect(methods.length).toBeGreaterThan(14)
  for (const method of methods) {
    expect({ [method.path]: await admin.call(method) }).toEqual({ [method.path]: WRONG_ROLE })
  }
})

it('has somebody who may call each method, and no server for a method without', async () => {
  const methods = await allMethods('defguard')
  expect(methods.filter(({ path }) => callersOf(path) === undefined)).toEqual([])
  const method = { ...HEALTH_CHECK, path: '/defguard.gateway.v1.GatewayService/Sync' }
  const server = new GuardedServer()
  expect(() => server.addService({ sync: method }, { sync: () => {} })).toThrow(method.path)
})

it('answers each role what is its own, and health to all of them', async () => {
  const [proxy, admin, other] = await Promise.all(
    (['proxy', 'admin', 'core'] as const).map(async (role) =>
      tls.caller(await tls.certificates.credentials(role)),
    ),
  )
  const methods = await allMethods('defguard')
  const find = (part: string) => methods.find(({ path }) => path.endsWith(part)) ?? HEALTH_CHECK
  expect(await proxy?.call(find('/GetInstance'))).toBeUndefined()
  expect(await admin?.call(find('/WhoAmI'), tls.core.bearer)).toBeUndefined()
  expect(await admin?.call(find('/WhoAmI'))).toMatchObject({ reason: 'not_logged_in' })
  expect(await other?.call(find('/GetInstance'))).toEqual(WRONG_ROLE)
  for (const caller of [proxy, admin, other])
    expect(await caller?.call(HEALTH_CHECK)).toBeUndefined()
})

it('leaves no trace of a refused call in the database', async () => {
  const proxy = tls.caller(await tls.certificates.credentials('proxy'))
  const events = 'select count(*)::int from audit_event'
  const before = await query(tls.core.databaseUrl, events)
  for (const method of await allMethods('defguard.admin.v1.AuthService')) await proxy.call(method)
  expect(await query(tls.core.databaseUrl, events)).toEqual(before)
})
