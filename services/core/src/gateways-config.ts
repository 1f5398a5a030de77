import type { Env } from '@defguard/runtime/env'
import { isLoopback } from '@defguard/runtime/tls'
import type { EntranceConfig } from './grpc/entrance.js'

export interface GatewaysConfig {
  readonly bindAddress: string
  readonly port: number
  /** What tokens are signed with; undefined for a key made of the secret key. */
  readonly tokenSecret: string | undefined
  readonly tokenTimeoutMs: number
  /** How long it is known what gateways said of a device. */
  readonly statsRetentionMs: number
}

const SECRET_BYTES_MIN = 32
const HOUR_MS = 3_600_000

/** @throws Error with a sentence that names the variable */
export function readGateways(env: Env, grpc: EntranceConfig): GatewaysConfig {
  const tokenTimeoutMs = env.duration('DEFGUARD_GATEWAY_TOKEN_TIMEOUT', '365d')
  if (tokenTimeoutMs < HOUR_MS)
    throw new Error('DEFGUARD_GATEWAY_TOKEN_TIMEOUT must be at least 1h.')
  const bindAddress = env.string('DEFGUARD_GATEWAY_GRPC_BIND_ADDRESS') ?? grpc.bindAddress
  if (!grpc.tls && !isLoopback(bindAddress)) {
    throw new Error(
      'DEFGUARD_GATEWAY_GRPC_BIND_ADDRESS must be a loopback address while TLS is not configured.',
    )
  }
  const port = env.port('DEFGUARD_GATEWAY_GRPC_PORT', 50066)
  if (port !== 0 && port === grpc.port)
    throw new Error('DEFGUARD_GATEWAY_GRPC_PORT and DEFGUARD_GRPC_PORT must differ.')
  const statsRetentionMs = env.duration('DEFGUARD_GATEWAY_STATS_RETENTION', '30d')
  const tokenSecret = readTokenSecret(env)
  return { bindAddress, port, tokenSecret, tokenTimeoutMs, statsRetentionMs }
}

/** With one that can be guessed, anybody could make a token and be handed a location's private key. */
function readTokenSecret(env: Env): string | undefined {
  const secret = env.secret('DEFGUARD_GATEWAY_SECRET')
  if (secret !== undefined && Buffer.byteLength(secret) < SECRET_BYTES_MIN)
    throw new Error(`DEFGUARD_GATEWAY_SECRET must have at least ${SECRET_BYTES_MIN} bytes.`)
  return secret
}
