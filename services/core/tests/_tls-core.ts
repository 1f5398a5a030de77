import { TestCertificates } from '../../../packages/local-stack/src/test-certificates.js'
import type { AdminCertificate } from '../src/grpc/role-gate.js'
import { startTestCore } from './_core.js'
import { Caller } from './_methods.js'

/** A core with certificates, at today's date: a handshake asks the machine for the time. */
export async function startTlsCore(adminCertificate: AdminCertificate = 'required') {
  const now = new Date()
  const certificates = await TestCertificates.create(now)
  const tls = await certificates.filesFor('core', 'DEFGUARD_GRPC')
  const grpc = { bindAddress: '127.0.0.1', port: 0, tls, adminCertificate }
  const core = await startTestCore({ grpc }, { now, way: await certificates.credentials('admin') })
  const callers: Caller[] = []
  return {
    core,
    certificates,
    tls,
    caller(way: ConstructorParameters<typeof Caller>[1]): Caller {
      const caller = new Caller(core.core.port, way)
      callers.push(caller)
      return caller
    },
    async stop() {
      for (const caller of callers) caller.close()
      await core.stop()
      await certificates.remove()
    },
  }
}

export type TlsCore = Awaited<ReturnType<typeof startTlsCore>>
