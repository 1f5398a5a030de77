const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const CHECKSUM_LENGTH = 6

/** Kinds that open an enrollment session: enrollment, desktop activation, network device. */
const STARTING_PREFIXES = ['dge_', 'dgd_', 'dgn_']
const OTHER_PREFIXES = ['dgr_', 'dgs_', 'dgt_', 'dgp_', 'dga_', 'dgk_']

export type TokenVerdict = 'fine' | 'mistyped' | 'other_kind' | 'foreign'

/**
 * What can be said of a token without asking anybody: prefix, 32 base62 characters, and the CRC-32
 * (IEEE 802.3) of both as six base62 digits. `foreign` is a text with none of our prefixes.
 */
export function judgeToken(token: string): TokenVerdict {
  const prefix = token.slice(0, 4)
  if (![...STARTING_PREFIXES, ...OTHER_PREFIXES].includes(prefix)) return 'foreign'
  if (!/^[a-z]{3}_[0-9A-Za-z]{38}$/.test(token)) return 'mistyped'
  const body = token.slice(0, -CHECKSUM_LENGTH)
  if (checksum(body) !== token.slice(-CHECKSUM_LENGTH)) return 'mistyped'
  return STARTING_PREFIXES.includes(prefix) ? 'fine' : 'other_kind'
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
