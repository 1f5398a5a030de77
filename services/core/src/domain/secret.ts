import { createHash, randomInt } from 'node:crypto'
import { crc32 } from 'node:zlib'

/*
 * Every credential we issue has one form: a prefix that tells its kind, 32 random base62 characters
 * (190 bits), and a checksum that spots typing errors and lets secret scanners find leaks.
 */

export const SECRET_PREFIXES = {
  enrollment: 'dge_',
  desktopActivation: 'dgd_',
  networkDevice: 'dgn_',
  passwordReset: 'dgr_',
  enrollmentSession: 'dgs_',
  passwordResetSession: 'dgt_',
  polling: 'dgp_',
  adminSession: 'dga_',
  apiToken: 'dgk_',
} as const

export type SecretKind = keyof typeof SECRET_PREFIXES

/** SHA-256 of a secret: all that is stored of it. */
export type SecretHash = Buffer & { readonly brand: 'SecretHash' }

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const RANDOM_LENGTH = 32
const CHECKSUM_LENGTH = 6

/** A fresh secret, and the hash under which it is stored. */
export function newSecret(kind: SecretKind): { secret: string; hash: SecretHash } {
  const body = SECRET_PREFIXES[kind] + randomBase62(RANDOM_LENGTH)
  const secret = body + checksum(body)
  return { secret, hash: hashSecret(secret) }
}

export function hashSecret(secret: string): SecretHash {
  return createHash('sha256').update(secret).digest() as SecretHash
}

/** The kind of a well-formed secret with a right checksum; undefined for any other text. */
export function kindOfSecret(text: string): SecretKind | undefined {
  if (!/^[a-z]{3}_[0-9A-Za-z]{38}$/.test(text)) return undefined
  const body = text.slice(0, -CHECKSUM_LENGTH)
  if (checksum(body) !== text.slice(-CHECKSUM_LENGTH)) return undefined
  const kinds = Object.keys(SECRET_PREFIXES) as SecretKind[]
  return kinds.find((kind) => body.startsWith(SECRET_PREFIXES[kind]))
}

export function randomBase62(length: number): string {
  return Array.from({ length }, () => BASE62[randomInt(BASE62.length)]).join('')
}

/** CRC-32 (IEEE 802.3) as base62, most significant digit first, padded with `0`. */
function checksum(text: string): string {
  let rest = crc32(text)
  let digits = ''
  while (digits.length < CHECKSUM_LENGTH) {
    digits = BASE62[rest % BASE62.length] + digits
    rest = Math.floor(rest / BASE62.length)
  }
  return digits
}
