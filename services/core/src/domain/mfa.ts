import { createHmac, randomInt, timingSafeEqual } from 'node:crypto'
import { deriveKey, keyId } from './sealing.js'
import type { SecretKeys } from './secret-keys.js'

/** A way to prove that it is oneself, beside the password. */
export type MfaMethod = 'totp' | 'email'

/** The fifth wrong code ends what is guessed at. */
export const WRONG_CODES_MAX = 5
/** Codes are mailed to one person no more often than this. */
export const MAIL_PAUSE_MS = 60_000
/** How long an account takes no code after too many wrong ones. */
export const LOGIN_PAUSE_MS = 5 * 60_000

const RECOVERY_CODES = 8
const RECOVERY_GROUP_LENGTH = 5
/** Without 0 and o, 1, i and l, which are taken for each other: ten characters are 49 bits. */
const RECOVERY_ALPHABET = '23456789abcdefghjkmnpqrstuvwxyz'

const RECOVERY_FORM = new RegExp(`^([${RECOVERY_ALPHABET}]{5})[- ]?([${RECOVERY_ALPHABET}]{5})$`)

/** Six digits, without white space around them; undefined for any other text. */
export function parseSixDigits(text: string): string | undefined {
  const code = text.trim()
  return /^\d{6}$/.test(code) ? code : undefined
}

/** A recovery code as it was shown, however it was typed; undefined for any other text. */
export function parseRecoveryCode(text: string): string | undefined {
  const [, first, second] = RECOVERY_FORM.exec(text.trim().toLowerCase()) ?? []
  return first && second && `${first}-${second}`
}

export function newEmailCode(): string {
  return String(randomInt(1_000_000)).padStart(6, '0')
}

/** Codes for the day when the other factor is lost, each good once: `xxxxx-xxxxx`. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: RECOVERY_CODES }, () => `${recoveryGroup()}-${recoveryGroup()}`)
}

function recoveryGroup(): string {
  const character = () => RECOVERY_ALPHABET[randomInt(RECOVERY_ALPHABET.length)]
  return Array.from({ length: RECOVERY_GROUP_LENGTH }, character).join('')
}

/** Key id (4 bytes) and HMAC-SHA-256 of a short code, all that is stored of it; older ones have no id. */
export type CodeHash = Buffer & { readonly brand: 'CodeHash' }

/**
 * Hashes codes under a key that is not in the database, since a million codes are soon tried. `owner`
 * says whose code it is and what for, and is hashed with it: no code is worth anything elsewhere.
 */
export class CodeHasher {
  readonly #keys: readonly { readonly id: Buffer; readonly key: Buffer }[]

  /** @param secretKeys the operator's secret key first, then earlier ones whose codes still count */
  constructor(secretKeys: SecretKeys) {
    this.#keys = secretKeys.map((secretKey) => {
      const key = deriveKey(secretKey, 'mfa codes')
      return { id: keyId(key), key }
    })
  }

  /** Of each secret key, in their order: with which the hashes under it begin. */
  get keyIds(): readonly Buffer[] {
    return this.#keys.map(({ id }) => id)
  }

  hash(code: string, owner: string): CodeHash {
    return this.candidates(code, owner)[0] as CodeHash
  }

  /** What a code may be stored as, that of today first. */
  candidates(code: string, owner: string): CodeHash[] {
    const text = `${owner}:${code}`
    return this.#keys.flatMap(({ id, key }) => {
      const hash = createHmac('sha256', key).update(text).digest()
      return [Buffer.concat([id, hash]), hash] as CodeHash[]
    })
  }

  /** Whether it is the stored code; in constant time. */
  matches(code: string, owner: string, stored: CodeHash): boolean {
    return this.candidates(code, owner).some(
      (hash) => hash.length === stored.length && timingSafeEqual(hash, stored),
    )
  }
}
