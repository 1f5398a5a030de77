const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const CHECKSUM_LENGTH = 6

type TokenKind =
  | 'enrollment'
  | 'desktop_activation'
  | 'network_device'
  | 'password_reset'
  | 'other_kind'
export type TokenVerdict = TokenKind | 'mistyped' | 'foreign'

const KINDS: Readonly<Record<string, TokenKind>> = {
  dge_: 'enrollment',
  dgd_: 'desktop_activation',
  dgn_: 'network_device',
  dgr_: 'password_reset',
  dgs_: 'other_kind',
  dgt_: 'other_kind',
  dgp_: 'other_kind',
  dga_: 'other_kind',
  dgk_: 'other_kind',
}

/**
 * What can be said of a token without asking anybody: prefix, 32 base62 characters, and the CRC-32
 * (IEEE 802.3) of both as six base62 digits. `foreign` is a text with none of our prefixes.
 */
export function judgeToken(token: string): TokenVerdict {
  const kind = KINDS[token.slice(0, 4)]
  if (!kind) return 'foreign'
  if (!/^[a-z]{3}_[0-9A-Za-z]{38}$/.test(token)) return 'mistyped'
  const body = token.slice(0, -CHECKSUM_LENGTH)
  return checksum(body) === token.slice(-CHECKSUM_LENGTH) ? kind : 'mistyped'
}

function checksum(text: string): string {
  let rest = crc32(new TextEncoder().encode(text))
  let digits = ''
  while (digits.length < CHECKSUM_LENGTH) {
    digits = BASE62[rest % BASE62.length] + digits
    rest = Math.floor(rest / BASE62.length)
  }
  return digits
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return (crc ^ 0xffffffff) >>> 0
}
