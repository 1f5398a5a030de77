import { fileURLToPath } from 'node:url'
import type { ConnectionLimits } from '@defguard/runtime/connections'
import type { Env } from '@defguard/runtime/env'
import { LOG_LEVELS, type LogLevel } from '@defguard/runtime/logger'
import { isLoopback, readTls } from '@defguard/runtime/tls'
import type { TlsFiles } from '@defguard/runtime/tls-files'
import { type Network, parseNetwork } from './http/client-address.js'

export interface ProxyConfig {
  readonly logLevel: LogLevel
  readonly core: {
    /** `host:port`, an IPv6 address in brackets. */
    readonly address: string
    /** Undefined: plaintext, to a loopback address. */
    readonly tls: TlsFiles | undefined
  }
  readonly http: { readonly bindAddress: string; readonly port: number }
  /** How many clients may be connected at a time. */
  readonly connections: ConnectionLimits
  /** Calls that wait for core at a time; what is beyond is refused at once. */
  readonly coreCallsMax: number
  /** Where people reach the proxy, with one slash at the end. */
  readonly publicUrl: string
  /** The peers whose `X-Forwarded-For` counts. */
  readonly trustedProxies: readonly Network[]
  /** Requests per client address; either 0 switches the limit off. */
  readonly rateLimit: { readonly perSecond: number; readonly burst: number }
  /** The folder with the built wizard. */
  readonly webRoot: string
}

/** From the sources (tests) and from dist it is the same way. */
const WEB_ROOT = fileURLToPath(new URL('../dist/web', import.meta.url))

/** @throws Error with a sentence that names the variable */
export function readConfig(env: Env): ProxyConfig {
  return {
    logLevel: env.oneOf('DEFGUARD_LOG_LEVEL', LOG_LEVELS, 'info'),
    core: readCore(env),
    http: {
      bindAddress: env.string('DEFGUARD_HTTP_BIND_ADDRESS') ?? '0.0.0.0',
      port: env.port('DEFGUARD_PROXY_HTTP_PORT', 8080),
    },
    connections: {
      max: env.integer('DEFGUARD_PROXY_CONNECTIONS_MAX', 10_000, { min: 10, max: 1_000_000 }),
      perAddress: env.integer('DEFGUARD_PROXY_CONNECTIONS_PER_ADDRESS', 1_000, {
        min: 0,
        max: 1_000_000,
      }),
    },
    coreCallsMax: env.integer('DEFGUARD_PROXY_CORE_CALLS_MAX', 512, { min: 8, max: 100_000 }),
    publicUrl: env.rootUrl('DEFGUARD_PROXY_URL'),
    trustedProxies: readTrustedProxies(env),
    rateLimit: {
      perSecond: env.integer('DEFGUARD_PROXY_RATELIMIT_PERSECOND', 20, { min: 0, max: 1_000_000 }),
      burst: env.integer('DEFGUARD_PROXY_RATELIMIT_BURST', 200, { min: 0, max: 1_000_000 }),
    },
    webRoot: WEB_ROOT,
  }
}

function readCore(env: Env): ProxyConfig['core'] {
  const url = new URL(env.rootUrl('DEFGUARD_CORE_GRPC_URL', 'https://localhost:50055'))
  const tls = readTls(env, 'DEFGUARD_PROXY_GRPC', 'proxy', new Date())
  const insecure = env.string('DEFGUARD_GRPC_INSECURE')
  if (insecure !== undefined && insecure !== 'loopback') {
    throw new Error('DEFGUARD_GRPC_INSECURE can only be "loopback".')
  }
  if (url.protocol === 'https:') {
    if (insecure) {
      throw new Error(
        'DEFGUARD_GRPC_INSECURE must not be set while DEFGUARD_CORE_GRPC_URL is https.',
      )
    }
    if (!tls) {
      throw new Error(
        'DEFGUARD_PROXY_GRPC_CERT, DEFGUARD_PROXY_GRPC_KEY and DEFGUARD_PROXY_GRPC_CA must be set while DEFGUARD_CORE_GRPC_URL is https.',
      )
    }
  } else {
    if (tls) {
      throw new Error('DEFGUARD_CORE_GRPC_URL must be https when DEFGUARD_PROXY_GRPC_CERT is set.')
    }
    if (!insecure || !isLoopback(url.hostname)) {
      throw new Error(
        'DEFGUARD_CORE_GRPC_URL must be https; http needs a loopback host and DEFGUARD_GRPC_INSECURE=loopback.',
      )
    }
  }
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  return { address: `${url.hostname}:${port}`, tls }
}

function readTrustedProxies(env: Env): Network[] {
  const texts = (env.string('DEFGUARD_PROXY_TRUSTED') ?? '').split(',').map((text) => text.trim())
  return texts
    .filter((text) => text !== '')
    .map((text) => {
      const network = parseNetwork(text)
      if (!network) {
        throw new Error(
          `DEFGUARD_PROXY_TRUSTED must be a comma list of addresses or CIDRs; "${text}" is neither.`,
        )
      }
      return network
    })
}
