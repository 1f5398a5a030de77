import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto'
import type { SecretKeys } from './secret-keys.js'

const ALGORITHM = 'aes-256-gcm'
const KEY_ID_LENGTH = 4
const NONCE_LENGTH = 12
const TAG_LENGTH = 16

/**
 * Encrypts what must be readable again (a location's private key, a mail that holds a link), so that
 * a copy of the database alone yields nothing. AES-256-GCM (NIST SP 800-38D) under a key derived for
 * this purpose; the row's identity is bound to the text as associated data, so that sealed values
 * cannot be swapped between rows. Layout: key id (4 bytes), nonce (12), ciphertext, tag (16).
 */
export class Sealer {
  readonly #keys: ReadonlyMap<string, Buffer>
  readonly #currentId: Buffer

  /** @param secretKeys the operator's secret key first, then earlier ones that are still readable */
  constructor(secretKeys: SecretKeys) {
    const keys = secretKeys.map((secretKey) => deriveKey(secretKey, 'sealing'))
    this.#keys = new Map(keys.map((key) => [keyId(key).toString('hex'), key]))
    this.#currentId = keyId(keys[0] as Buffer)
  }

  /** Of each secret key, in their order: with which the values that are sealed under it begin. */
  get keyIds(): readonly Buffer[] {
    return [...this.#keys.keys()].map((id) => Buffer.from(id, 'hex'))
  }

  seal(text: string, identity: string): Buffer {
    const nonce = randomBytes(NONCE_LENGTH)
    const cipher = createCipheriv(ALGORITHM, this.#key(this.#currentId), nonce)
    cipher.setAAD(Buffer.from(identity))
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
    return Buffer.concat([this.#currentId, nonce, sealed, cipher.getAuthTag()])
  }

  /** @throws Error when the value was sealed for another row, under an unknown key, or altered */
  open(sealed: Buffer, identity: string): string {
    const id = sealed.subarray(0, KEY_ID_LENGTH)
    const nonce = sealed.subarray(KEY_ID_LENGTH, KEY_ID_LENGTH + NONCE_LENGTH)
    const decipher = createDecipheriv(ALGORITHM, this.#key(id), nonce)
    decipher.setAAD(Buffer.from(identity))
    decipher.setAuthTag(sealed.subarray(-TAG_LENGTH))
    const text = sealed.subarray(KEY_ID_LENGTH + NONCE_LENGTH, -TAG_LENGTH)
    return Buffer.concat([decipher.update(text), decipher.final()]).toString('utf8')
  }

  #key(id: Buffer): Buffer {
    const key = this.#keys.get(id.toString('hex'))
    if (!key) throw new Error('A sealed value needs a secret key that is not configured.')
    return key
  }
}

/** A 256-bit key for one purpose (HKDF-SHA-256, RFC 5869), so that no two uses share a key. */
export function deriveKey(secretKey: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secretKey, '', `defguard ${purpose} v1`, 32))
}

export function keyId(key: Buffer): Buffer {
  return createHash('sha256').update(key).digest().subarray(0, KEY_ID_LENGTH)
}
