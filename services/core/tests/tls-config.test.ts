import { Env } from '@defguard/runtime/env'
import { expect, it } from '@jest/globals'
import { tlsVariables } from '../../../packages/local-stack/src/service-env.js'
import { TestCertificates } from '../../../packages/local-stack/src/test-certificates.js'
import { readConfig } from '../src/config.js'

const COMPLETE = {
  DATABASE_URL: 'postgres://core@db.example.com/defguard',
  DEFGUARD_SECRET_KEY: 'k'.repeat(64),
  DEFGUARD_URL: 'https://core.example.com',
  DEFGUARD_ENROLLMENT_URL: 'https://enroll.example.com',
}

it('demands a certificate of admins unless the operator lets them do without', async () => {
  const certificates = await TestCertificates.create()
  const tls = {
    ...COMPLETE,
    ...tlsVariables('DEFGUARD_GRPC', await certificates.issue('core')),
  }
  expect(readConfig(new Env(tls)).grpc).toMatchObject({
    bindAddress: '0.0.0.0',
    adminCertificate: 'required',
  })
  const optional = { ...tls, DEFGUARD_GRPC_ADMIN_CERT: 'optional' }
  expect(readConfig(new Env(optional)).grpc.adminCertificate).toBe('optional')
  const never = { ...tls, DEFGUARD_GRPC_ADMIN_CERT: 'never' }
  expect(() => readConfig(new Env(never))).toThrow(
    'DEFGUARD_GRPC_ADMIN_CERT must be one of required, optional.',
  )
  const both = { ...tls, DEFGUARD_GRPC_INSECURE: 'loopback' }
  expect(() => readConfig(new Env(both))).toThrow('DEFGUARD_GRPC_INSECURE must not be set together')
  await certificates.remove()
})
