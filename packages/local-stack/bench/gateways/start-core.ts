import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { CoreApi } from '@defguard/local-stack/core-api'
import { AuthServiceService as Auth } from '@defguard/proto/admin/v1/auth'
import type { Processes } from '../processes.ts'
import type { Ports } from './core.ts'

const ADMIN_PASSWORD = 'Tulip-rain-on-7-roofs!'

export interface CoreProcess {
  readonly child: ChildProcess
  readonly ports: Ports
}

export async function startCore(processes: Processes, databaseUrl: string): Promise<CoreProcess> {
  const child = processes.start('./gateways/core.ts', [], {
    DATABASE_URL: databaseUrl,
    DEFGUARD_SECRET_KEY: 'k'.repeat(64),
    DEFGUARD_GRPC_INSECURE: 'loopback',
    DEFGUARD_GRPC_PORT: '0',
    DEFGUARD_GATEWAY_GRPC_PORT: '0',
    DEFGUARD_URL: 'http://localhost/',
    DEFGUARD_ENROLLMENT_URL: 'http://localhost/',
    DEFGUARD_LIMIT_ADMIN_CALLS: 'off',
    DEFGUARD_DEFAULT_ADMIN_PASSWORD: ADMIN_PASSWORD,
    DEFGUARD_LOG_LEVEL: 'silent',
  })
  const [ports] = await once(child, 'message')
  return { child, ports }
}

/** Core's API, as an admin who has logged in. */
export async function openApi({ ports }: CoreProcess): Promise<CoreApi> {
  const api = new CoreApi(ports.port)
  const login = { login: 'admin', password: ADMIN_PASSWORD }
  api.useSession((await api.call(Auth.login, login)).session_secret)
  return api
}
