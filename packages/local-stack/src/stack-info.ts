import type { AdminAccount } from './admin-account.js'
import type { Ports } from './ports.js'
import { urlsOf } from './service-env.js'

/** What `stack.json` tells tools about a running stack. */
export interface StackInfo {
  /** The enrollment page; no slash at the end. */
  readonly proxyUrl: string
  /** `host:port`, without TLS. */
  readonly coreGrpc: string
  /** Where a person reads the caught mails. */
  readonly mailUrl: string
  /** `GET <mailApi>/email` lists the caught mails. */
  readonly mailApi: string
  readonly databaseUrl: string
  readonly adminUsername: string
  readonly adminPassword: string
  readonly pids: {
    readonly core: number
    readonly proxy: number
    /** Null for a server that is not the stack's. */
    readonly postgres: number | null
  }
}

export const STACK_INFO = 'stack.json'

export function toStackInfo(
  ports: Ports,
  databaseUrl: string,
  admin: AdminAccount,
  pids: StackInfo['pids'],
): StackInfo {
  const urls = urlsOf(ports)
  return {
    proxyUrl: urls.proxy,
    coreGrpc: urls.core,
    mailUrl: urls.mail,
    mailApi: `${urls.mail}/api`,
    databaseUrl,
    adminUsername: admin.username,
    adminPassword: admin.password,
    pids,
  }
}
