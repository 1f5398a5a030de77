import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client, Metadata, Server, ServerCredentials, type ServiceError } from '@grpc/grpc-js'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { roleOf } from '../src/certificate-role.js'
import { coreCredentials } from '../src/tls.js'

const MAKE_SECRETS = fileURLToPath(new URL('../../../docker/make-secrets.sh', import.meta.url))

let folder: string
const servers: Server[] = []
const read = (name: string) => readFileSync(join(folder, name))

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'core-credentials-'))
  execFileSync(MAKE_SECRETS, [folder])
})
afterAll(() => {
  for (const server of servers) server.forceShutdown()
  rmSync(folder, { recursive: true })
})

/** What a call of the proxy's ends with, when this part of the compose file stands in core's place. */
async function callTo(part: string): Promise<string> {
  const server = new Server()
  servers.push(server)
  const pair = { cert_chain: read(`${part}.crt`), private_key: read(`${part}.key`) }
  const way = ServerCredentials.createSsl(read('ca.crt'), [pair], true)
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', way, (err, bound) => (err ? reject(err) : resolve(bound))),
  )
  const tls = { ca: read('ca.crt'), cert: read('proxy.crt'), key: read('proxy.key') }
  const client = new Client(`localhost:${port}`, coreCredentials(tls))
  const nothing = () => Buffer.alloc(0)
  const err = await new Promise<ServiceError | null>((resolve) =>
    client.makeUnaryRequest('/a.B/C', nothing, nothing, {}, new Metadata(), resolve),
  )
  client.close()
  return err?.details ?? ''
}

it('finds the roles in the certificates that a shell script makes for containers', () => {
  const roles = ['core', 'proxy', 'admin', 'postgres', 'mail'].map((part) =>
    roleOf(new X509Certificate(read(`${part}.crt`))),
  )
  expect(roles).toEqual(['core', 'proxy', 'admin', undefined, undefined])
})

it('takes nobody for core who has another certificate of its CA, even for its host', async () => {
  expect(await callTo('core')).toContain('does not implement')
  expect(await callTo('postgres')).toContain('its certificate is not one of core')
})
