import { execFile } from 'node:child_process'
import { copyFile, rm } from 'node:fs/promises'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { tlsVariables, type Variables } from '../src/service-env.js'
import { CORE, PROXY } from '../src/services.js'
import { TestCertificates } from '../src/test-certificates.js'

const OF_CORE = {
  DATABASE_URL: 'postgres://core@127.0.0.1:1/defguard',
  DEFGUARD_SECRET_KEY: 'k'.repeat(64),
  DEFGUARD_URL: 'https://core.example.com',
  DEFGUARD_ENROLLMENT_URL: 'https://enroll.example.com',
}
const OF_PROXY = { DEFGUARD_PROXY_URL: 'https://enroll.example.com' }

let certificates: TestCertificates
beforeAll(async () => {
  certificates = await TestCertificates.create()
})
afterAll(() => certificates.remove())

function boot(script: string, variables: Variables): Promise<{ code: number; stderr: string }> {
  const env = { PATH: process.env.PATH, ...variables }
  return new Promise((resolve) => {
    execFile(process.execPath, [script], { env }, (err, _stdout, stderr) =>
      resolve({ code: Number(err?.code ?? 0), stderr }),
    )
  })
}

it('ends core with status 78 and one sentence when its certificate is a proxy’s', async () => {
  const paths = await certificates.issue('proxy')
  const ended = await boot(CORE, { ...OF_CORE, ...tlsVariables('DEFGUARD_GRPC', paths) })
  expect(ended).toEqual({
    code: 78,
    stderr: `DEFGUARD_GRPC_CERT names a certificate for the role proxy; the role core is needed: ${paths.cert}.\n`,
  })
})

it('ends core with status 78 when its key is missing or another one, also for root', async () => {
  const paths = await certificates.issue('core')
  const variables = { ...OF_CORE, ...tlsVariables('DEFGUARD_GRPC', paths) }
  await copyFile((await certificates.issue('core')).key, paths.key)
  expect(await boot(CORE, variables)).toEqual({
    code: 78,
    stderr: 'DEFGUARD_GRPC_KEY is not the key of the certificate in DEFGUARD_GRPC_CERT.\n',
  })
  await rm(paths.key)
  expect(await boot(CORE, variables)).toEqual({
    code: 78,
    stderr: `DEFGUARD_GRPC_KEY names a file that cannot be read: ${paths.key} (ENOENT).\n`,
  })
})

it('ends the proxy with status 78 and one sentence when its certificate has expired', async () => {
  const paths = await certificates.issue('proxy', 3_600_000)
  const ended = await boot(PROXY, { ...OF_PROXY, ...tlsVariables('DEFGUARD_PROXY_GRPC', paths) })
  expect(ended.code).toBe(78)
  expect(ended.stderr).toMatch(
    /^DEFGUARD_PROXY_GRPC_CERT names a certificate that expired at \S+: \S+\.\n$/,
  )
})
