import { createHmac, timingSafeEqual } from 'node:crypto'
import { after } from './clock.js'
import { deriveKey, keyId } from './sealing.js'
import type { SecretKeys } from './secret-keys.js'

/*
 * What a gateway shows at each call: a JWT (RFC 7519), HS256 and nothing else. It is made of its row in
 * `gateway` alone, so it is stored nowhere; whether it still works only that row says.
 */

export interface GatewayClaims {
  readonly locationId: number
  readonly jti: string
  /** Both in whole seconds. */
  readonly issuedAt: Date
  readonly expiresAt: Date
}

/** Which gateway a token is of, and the id of the key that it is signed with. */
export interface GatewayTokenIdentity extends Pick<GatewayClaims, 'locationId' | 'jti'> {
  readonly keyId: Buffer
}

const ISSUER = 'DefGuard'
const HEADER = encode({ typ: 'JWT', alg: 'HS256' })
const TOLERANCE_MS = 60_000
const LENGTH_MAX = 2_048

export class GatewayTokenSigner {
  /** What tokens are signed with today, then earlier keys that still count. */
  readonly #keys: readonly Buffer[]
  /** Of each of these keys, in their order. */
  readonly keyIds: readonly Buffer[]
  /** Whether tokens need none of the secret keys. */
  readonly hasOwnSecret: boolean

  /** @param secret the operator's; undefined for keys made of the secret keys */
  constructor(secret: string | undefined, secretKeys: SecretKeys) {
    this.hasOwnSecret = secret !== undefined
    this.#keys =
      secret === undefined
        ? secretKeys.map((secretKey) => deriveKey(secretKey, 'gateway tokens'))
        : [Buffer.from(secret)]
    this.keyIds = this.#keys.map(keyId)
  }

  /** Of what tokens are signed with today. */
  get keyId(): Buffer {
    return this.keyIds[0] as Buffer
  }

  sign({ locationId, jti, issuedAt, expiresAt }: GatewayClaims): string {
    const claims = {
      iss: ISSUER,
      sub: subjectOf(locationId),
      client_id: String(locationId),
      nbf: toSeconds(issuedAt),
      exp: toSeconds(expiresAt),
      jti,
    }
    const text = `${HEADER}.${encode(claims)}`
    return `${text}.${signature(this.#keys[0] as Buffer, text)}`
  }

  /** Which gateway a token claims to be of; undefined unless we signed it and its time is now. */
  verify(token: string, now: Date): GatewayTokenIdentity | undefined {
    const [header = '', payload = '', signed = '', ...more] = token.split('.')
    if (token.length > LENGTH_MAX || more.length > 0) return undefined
    const text = `${header}.${payload}`
    const at = this.#keys.findIndex((key) => isSame(signature(key, text), signed))
    const signedWith = this.keyIds[at]
    if (!signedWith || decode(header)?.alg !== 'HS256') return undefined
    const claims = decode(payload)
    const gateway = claims && parseClaims(claims, now)
    return gateway && { ...gateway, keyId: signedWith }
  }
}

function parseClaims({ iss, sub, client_id, nbf, exp, jti }: Record<string, unknown>, now: Date) {
  if (iss !== ISSUER || typeof nbf !== 'number' || typeof exp !== 'number') return undefined
  if (typeof client_id !== 'string' || !/^[1-9]\d{0,15}$/.test(client_id)) return undefined
  if (typeof jti !== 'string' || !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(jti))
    return undefined
  const locationId = Number(client_id)
  if (sub !== subjectOf(locationId)) return undefined
  const isEarly = toSeconds(after(now, TOLERANCE_MS)) < nbf
  const isLate = toSeconds(after(now, -TOLERANCE_MS)) >= exp
  return isEarly || isLate ? undefined : { locationId, jti }
}

function subjectOf(locationId: number): string {
  return `DEFGUARD-NETWORK-${locationId}`
}

function signature(key: Buffer, text: string): string {
  return createHmac('sha256', key).update(text).digest('base64url')
}

function isSame(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)]
  return a.length === b.length && timingSafeEqual(a, b)
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function decode(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString())
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch {
    return undefined // no JSON, so no token of ours
  }
}

function toSeconds(instant: Date): number {
  return Math.floor(instant.getTime() / 1000)
}
