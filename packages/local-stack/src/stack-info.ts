import type { HolderPaths } from '@defguard/admin-cli/certificates/folder'
import type { AdminAccount } from './admin-account.js'
import type { Certificates } from './certificates.js'
import type { Ports } from './ports.js'
import { urlsOf } from './service-env.js'

/** What `stack.json` tells tools about a running stack. */
export interface StackInfo {
  /** The enrollment page; no slash at the end. */
  readonly proxyUrl: string
  /** `host:port`, with TLS. */
  readonly coreGrpc: string
  /** The same as a URL that core's certificate names. */
  readonly coreUrl: string
  /** Paths: what an admin's tools show to core, and by which CA they know it. */
  readonly adminTls: HolderPaths
  /** The same for the proxy, and for tools that call in its place. */
  readonly proxyTls: HolderPaths
  /** Where a person reads the caught mails. */
  readonly mailUrl: string
  /** `GET <mailApi>/email` lists the caught mails. */
  readonly mailApi: string
  readonly databaseUrl: string
  readonly adminUsername: string
  readonly adminPassword: string
  /** Null without `--gateway`. */
  readonly gateway: GatewayInfo | null
  readonly pids: {
    readonly core: number
    readonly proxy: number
    /** Null for a server that is not the stack's. */
    readonly postgres: number | null
    readonly gateway: number | null
  }
}

/** The gateway that runs beside the stack. */
export interface GatewayInfo {
  /** Name of the location that it serves. */
  readonly location: string
  /** `host:port`, where devices reach it. */
  readonly endpoint: string
  /** Its own addresses inside of the tunnels. */
  readonly addresses: readonly string[]
}

export const STACK_INFO = 'stack.json'

export function toStackInfo(
  ports: Ports,
  databaseUrl: string,
  certificates: Certificates,
  admin: AdminAccount,
  gateway: GatewayInfo | undefined,
  pids: StackInfo['pids'],
): StackInfo {
  const urls = urlsOf(ports)
  return {
    proxyUrl: urls.proxy,
    coreGrpc: `127.0.0.1:${ports.core}`,
    coreUrl: urls.core,
    adminTls: certificates.admin,
    proxyTls: certificates.proxy,
    mailUrl: urls.mail,
    mailApi: `${urls.mail}/api`,
    databaseUrl,
    adminUsername: admin.username,
    adminPassword: admin.password,
    gateway: gateway ?? null,
    pids,
  }
}
