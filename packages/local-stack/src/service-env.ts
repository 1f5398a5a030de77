import type { HolderPaths } from '@defguard/admin-cli/certificates/folder'
import type { Ports } from './ports.js'

/** The variables of a process, as Node takes and gives them; undefined means not set. */
export type Variables = NodeJS.ProcessEnv

export const SMTP_HOST = '127.0.0.1'

/** Where people and tools on this machine reach the parts; without a slash at the end. */
export function urlsOf(ports: Ports) {
  return {
    proxy: `http://localhost:${ports.proxy}`,
    core: `https://localhost:${ports.core}`,
    gateways: `https://localhost:${ports.gateways}`,
    mail: `http://localhost:${ports.mail}`,
  }
}

/** Whether the operator names a PostgreSQL server of their own. */
export function namesDatabase(operator: Variables): boolean {
  const names = [
    'DATABASE_URL',
    ...['HOST', 'PORT', 'NAME', 'USER', 'PASSWORD'].map((n) => `DEFGUARD_DB_${n}`),
  ]
  return names.some((name) => operator[name] || operator[`${name}_FILE`])
}

/**
 * The operator's environment, except for what makes core part of this stack.
 *
 * @param databaseUrl of the stack's own server; undefined leaves what the operator names
 */
export function coreEnv(
  operator: Variables,
  ports: Ports,
  secretKeyFile: string,
  databaseUrl: string | undefined,
  tls: HolderPaths,
): Variables {
  const hasKey = operator.DEFGUARD_SECRET_KEY || operator.DEFGUARD_SECRET_KEY_FILE
  return {
    ...without(operator, /^DEFGUARD_((SMTP|ADMIN|LOCAL|PROXY)_|GRPC_INSECURE$)/),
    ...(hasKey ? {} : { DEFGUARD_SECRET_KEY_FILE: secretKeyFile }),
    ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
    DEFGUARD_GRPC_PORT: String(ports.core),
    DEFGUARD_GRPC_BIND_ADDRESS: '127.0.0.1',
    DEFGUARD_GATEWAY_GRPC_PORT: String(ports.gateways),
    DEFGUARD_GATEWAY_GRPC_BIND_ADDRESS: '127.0.0.1',
    ...tlsVariables('DEFGUARD_GRPC', tls),
    DEFGUARD_URL: `${urlsOf(ports).core}/`,
    DEFGUARD_ENROLLMENT_URL: `${urlsOf(ports).proxy}/`,
    DEFGUARD_SMTP_SERVER: SMTP_HOST,
    DEFGUARD_SMTP_PORT: String(ports.smtp),
    DEFGUARD_SMTP_ENCRYPTION: 'none',
    DEFGUARD_SMTP_SENDER: 'enrollment@example.com',
  }
}

/** The same for the proxy, which holds no credentials: it gets none of core's either. */
export function proxyEnv(operator: Variables, ports: Ports, tls: HolderPaths): Variables {
  const ofCore =
    /^(DATABASE_URL|DEFGUARD_(DB|SECRET|SMTP|DEFAULT_ADMIN|ADMIN|LOCAL|PASSWORD|GRPC)_|DEFGUARD_(URL|ENROLLMENT_URL)$)/
  return {
    ...without(operator, ofCore),
    DEFGUARD_CORE_GRPC_URL: urlsOf(ports).core,
    ...tlsVariables('DEFGUARD_PROXY_GRPC', tls),
    DEFGUARD_PROXY_HTTP_PORT: String(ports.proxy),
    DEFGUARD_HTTP_BIND_ADDRESS: '127.0.0.1',
    DEFGUARD_PROXY_URL: `${urlsOf(ports).proxy}/`,
  }
}

/** The same for the gateway, which holds nothing but its token. */
export function gatewayEnv(
  operator: Variables,
  ports: Ports,
  ca: string,
  tokenFile: string,
): Variables {
  return {
    ...without(operator, /^(DATABASE_URL|DEFGUARD_)/),
    DEFGUARD_GRPC_URL: urlsOf(ports).gateways,
    DEFGUARD_GRPC_CA: ca,
    DEFGUARD_TOKEN_FILE: tokenFile,
    DEFGUARD_STATS_PERIOD: '5', // whoever tries it looks sooner than after half a minute
  }
}

/** The variables that name a certificate, its key and the CA. */
export function tlsVariables(prefix: string, { cert, key, ca }: HolderPaths): Variables {
  return { [`${prefix}_CERT`]: cert, [`${prefix}_KEY`]: key, [`${prefix}_CA`]: ca }
}

function without(variables: Variables, names: RegExp): Variables {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !names.test(name)))
}
