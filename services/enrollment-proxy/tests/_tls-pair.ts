import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { connect } from 'node:tls'
import type { TlsFiles } from '@defguard/runtime/tls-files'
import { TestCertificates } from '../../../packages/local-stack/src/test-certificates.js'
import { startTestCore } from '../../core/tests/_core.js'
import { startTestProxy } from './_proxy.js'
import { Relay } from './_relay.js'

/** Core and proxy with certificates, and something in between that counts their connections. */
export async function startTlsPair() {
  const now = new Date()
  const certificates = await TestCertificates.create(now)
  const ofCore = await certificates.filesFor('core', 'DEFGUARD_GRPC')
  const ofProxy = await certificates.filesFor('proxy', 'DEFGUARD_PROXY_GRPC')
  const adminCertificate = 'required' as const
  const grpc = { bindAddress: '127.0.0.1', port: 0, tls: ofCore, adminCertificate }
  const core = await startTestCore({ grpc }, { now, way: await certificates.credentials('admin') })
  const relay = new Relay(core.core.port)
  const proxy = await startTestProxy(await relay.start(), { tls: ofProxy })
  return {
    core,
    proxy,
    relay,
    certificates,
    ofCore,
    ofProxy,
    async stop() {
      await proxy.stop()
      relay.stop()
      await core.stop()
      await certificates.remove()
    },
  }
}

/** Gives a running service a new pair of this CA; answers with what it shows from then on. */
export async function renew(files: TlsFiles, certificates: TestCertificates): Promise<string> {
  const next = await certificates.issue(files.role)
  await copyFile(next.key, files.key.path)
  await copyFile(next.cert, files.cert.path)
  return readFile(next.cert, 'utf8')
}

/** From now on it trusts these CAs. */
export async function trust(files: TlsFiles, ...all: readonly TestCertificates[]): Promise<void> {
  const texts = all.map(({ folder }) => readFile(`${folder.path}/ca.crt`, 'utf8'))
  await writeFile(files.ca.path, (await Promise.all(texts)).join(''))
}

/** The certificate that a server shows now, as PEM. */
export function shownBy(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { port, host: 'localhost', rejectUnauthorized: false, ALPNProtocols: ['h2'] }
    const socket = connect(options, () => {
      resolve(socket.getPeerX509Certificate()?.toString() ?? '')
      socket.destroy()
    })
    socket.on('error', reject)
  })
}
