import type { Env } from '@defguard/runtime/env'
import { deriveKey } from './domain/sealing.js'
import type { SecretKeys } from './domain/secret-keys.js'

export interface GatewaysConfig {
  /** What tokens are signed with, then what earlier ones were. */
  readonly tokenKeys: readonly [Buffer, ...Buffer[]]
  readonly tokenTimeoutMs: number
}

const SECRET_BYTES_MIN = 32
const HOUR_MS = 3_600_000

/** @throws Error with a sentence that names the variable */
export function readGateways(env: Env, secretKeys: SecretKeys): GatewaysConfig {
  const tokenTimeoutMs = env.duration('DEFGUARD_GATEWAY_TOKEN_TIMEOUT', '365d')
  if (tokenTimeoutMs < HOUR_MS)
    throw new Error('DEFGUARD_GATEWAY_TOKEN_TIMEOUT must be at least 1h.')
  return { tokenKeys: readTokenKeys(env, secretKeys), tokenTimeoutMs }
}

/** With one that can be guessed, anybody could make a token and be handed a location's private key. */
function readTokenKeys(env: Env, secretKeys: SecretKeys): GatewaysConfig['tokenKeys'] {
  const secret = env.secret('DEFGUARD_GATEWAY_SECRET')
  if (secret === undefined) return derivedTokenKeys(secretKeys)
  if (Buffer.byteLength(secret) < SECRET_BYTES_MIN)
    throw new Error(`DEFGUARD_GATEWAY_SECRET must have at least ${SECRET_BYTES_MIN} bytes.`)
  return [Buffer.from(secret)]
}

export function derivedTokenKeys([current, ...earlier]: SecretKeys): GatewaysConfig['tokenKeys'] {
  const derive = (secretKey: string) => deriveKey(secretKey, 'gateway tokens')
  return [derive(current), ...earlier.map(derive)]
}
