import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { CertificateFolder } from '@defguard/admin-cli/certificates/folder'
import { Env } from '@defguard/runtime/env'
import { CoreApi } from '../src/core-api.js'
import { choosePorts } from '../src/ports.js'
import { coreEnv } from '../src/service-env.js'
import { CORE } from '../src/services.js'
import type { TestStack } from './_stack.js'
import { waitFor } from './_wait.js'

/** Another core on the database of a stack, which the stack does not know. */
export class SecondCore {
  private constructor(
    /** Where it listens for gateways. */
    readonly gatewayPort: number,
    private readonly child: ChildProcess,
  ) {}

  static async start({ info, dir }: TestStack): Promise<SecondCore> {
    const any = ['PROXY_HTTP', 'GRPC', 'GATEWAY_GRPC', 'LOCAL_DB', 'LOCAL_SMTP', 'LOCAL_MAIL']
    const variables = any.map((name) => [`DEFGUARD_${name}_PORT`, '0'])
    const ports = await choosePorts(new Env(Object.fromEntries(variables)))
    const tls = new CertificateFolder(join(dir, 'certificates')).pathsOf('core')
    const operator = { PATH: process.env.PATH, DEFGUARD_LOG_LEVEL: 'warn' }
    const env = coreEnv(operator, ports, join(dir, 'secret-key'), info.databaseUrl, tls)
    const child = spawn(process.execPath, [CORE], { env, stdio: ['ignore', 'ignore', 'inherit'] })
    const core = new SecondCore(ports.gateways, child)
    const api = new CoreApi(ports.core, info.adminTls)
    try {
      await waitFor('the second core', () => api.isServing())
    } catch (err) {
      await core.kill()
      throw err
    } finally {
      api.close()
    }
    return core
  }

  /** As a machine that loses its power does. */
  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return
    const closed = once(this.child, 'close')
    this.child.kill('SIGKILL')
    await closed
  }
}
