import type { ChildProcess, Serializable } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { CoreApi } from '@defguard/local-stack/core-api'
import { findFreePort } from '@defguard/local-stack/ports'
import { tlsVariables } from '@defguard/local-stack/service-env'
import { TestCertificates } from '@defguard/local-stack/test-certificates'
import { ask, type Processes } from '../processes.ts'
import type { Load, Measured } from './load.ts'

const POLL_MS = 20

export interface Pair {
  readonly proxyPort: number
  /** Core, as a tool with a certificate of this role sees it. */
  apiOf(role: 'admin' | 'proxy'): Promise<CoreApi>
  stop(): Promise<void>
}

/**
 * Core and proxy as they run anywhere, with mutual TLS, the proxy behind a load balancer that names
 * the clients.
 */
export async function startPair(processes: Processes, databaseUrl: string): Promise<Pair> {
  const certificates = await TestCertificates.create()
  processes.atEnd(() => certificates.remove())
  const corePort = await findFreePort()
  const core = processes.start('../../../services/core/dist/main.js', [], {
    DATABASE_URL: databaseUrl,
    DEFGUARD_SECRET_KEY: 'k'.repeat(64),
    ...tlsVariables('DEFGUARD_GRPC', await certificates.issue('core')),
    DEFGUARD_GRPC_BIND_ADDRESS: '127.0.0.1',
    DEFGUARD_GRPC_PORT: String(corePort),
    DEFGUARD_GATEWAY_GRPC_PORT: '0',
    DEFGUARD_URL: 'http://localhost/',
    DEFGUARD_ENROLLMENT_URL: 'http://localhost/',
    DEFGUARD_ENROLLMENT_SESSION_TIMEOUT: '1h',
    // Counted, but never too many.
    DEFGUARD_LIMIT_STARTS_PER_TOKEN: '1000000',
    DEFGUARD_LIMIT_SESSION_CALLS: '9999999/1m',
    DEFGUARD_LIMIT_POLLS: '9999999/1m',
    DEFGUARD_LIMIT_ADMIN_CALLS: '9999999/1m',
    DEFGUARD_DEFAULT_ADMIN_PASSWORD: ADMIN_PASSWORD,
  })
  const proxyPort = await findFreePort()
  const proxy = processes.start('../../../services/enrollment-proxy/dist/main.js', [], {
    DEFGUARD_CORE_GRPC_URL: `https://localhost:${corePort}`,
    ...tlsVariables('DEFGUARD_PROXY_GRPC', await certificates.issue('proxy')),
    DEFGUARD_PROXY_HTTP_PORT: String(proxyPort),
    DEFGUARD_HTTP_BIND_ADDRESS: '127.0.0.1',
    DEFGUARD_PROXY_URL: 'http://localhost/',
    DEFGUARD_PROXY_TRUSTED: '127.0.0.1',
  })
  await answering(`http://127.0.0.1:${proxyPort}/api/v1/health-grpc`, [core, proxy])
  const stop = async () => {
    await processes.stop(proxy)
    await processes.stop(core)
  }
  const apiOf = async (role: 'admin' | 'proxy') =>
    new CoreApi(corePort, await certificates.issue(role))
  return { proxyPort, apiOf, stop }
}

export const ADMIN_PASSWORD = 'Tulip-rain-on-7-roofs!'

export interface Baselines {
  readonly barePort: number
  readonly selectPort: number
}

export async function startBaselines(
  processes: Processes,
  databaseUrl: string,
): Promise<Baselines> {
  const start = async (role: string, target = ''): Promise<number> => {
    const port = await findFreePort()
    await once(processes.start('./api/baseline.ts', [role, String(port), target]), 'message')
    return port
  }
  const barePort = await start('bare')
  const backendPort = await start('grpc', databaseUrl)
  return { barePort, selectPort: await start('http', `127.0.0.1:${backendPort}`) }
}

export type Generator = (load: Load) => Promise<Measured>

export function startGenerator(processes: Processes): Generator {
  const child = processes.start('./api/load.ts')
  return (load) => ask(child, load as unknown as Serializable)
}

async function answering(url: string, children: readonly ChildProcess[]): Promise<void> {
  while (!(await fetch(url).catch(() => undefined))?.ok) {
    if (children.some((child) => child.exitCode !== null)) throw new Error(`${url} never answered.`)
    await delay(POLL_MS)
  }
}
