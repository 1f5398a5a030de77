import { createHmac } from 'node:crypto'
import bcrypt from 'bcrypt'
import pLimit from 'p-limit'
import { DomainError } from '../domain/errors.js'
import { canonicalPassword } from '../domain/password.js'
import { deriveKey, keyId } from '../domain/sealing.js'
import { randomBase62 } from '../domain/secret.js'
import type { SecretKeys } from '../domain/secret-keys.js'

const SCHEME = 'bcrypt-hmac-sha384'
/** Hashes at once: bcrypt runs on libuv's four threads, and name look-ups and files need some too. */
const CONCURRENCY_MAX = 2
const WAITING_MAX = 128

/**
 * Passwords as stored: `bcrypt-hmac-sha384:<pepper id>:<bcrypt>`. bcrypt stops reading after 72 bytes,
 * so what it gets is base64 (64 characters) of an HMAC of the whole password. The HMAC's key is a
 * pepper that is not in the database: a copy of the table alone cannot be guessed at (OWASP Password
 * Storage Cheat Sheet, "Peppering").
 */
export class PasswordHasher {
  readonly #limit = pLimit(CONCURRENCY_MAX)
  readonly #peppers: ReadonlyMap<string, Buffer>
  readonly #currentId: string
  readonly #cost: number
  #decoy: Promise<string> | undefined

  /** @param secretKeys the operator's secret key first, then earlier ones that still verify */
  constructor(secretKeys: SecretKeys, cost: number) {
    const peppers = secretKeys.map((secretKey) => deriveKey(secretKey, 'password pepper'))
    const ids = peppers.map((pepper) => keyId(pepper).toString('hex'))
    this.#peppers = new Map(peppers.map((pepper, at) => [ids[at] as string, pepper]))
    this.#currentId = ids[0] as string
    this.#cost = cost
  }

  /** Of each secret key, in their order: what the hashes under it name. */
  get pepperIds(): readonly string[] {
    return [...this.#peppers.keys()]
  }

  /** @throws DomainError `busy` when too many wait already */
  hash(password: string): Promise<string> {
    return this.#queued(async () => {
      const input = this.#keyed(password, this.#currentId)
      return `${SCHEME}:${this.#currentId}:${await bcrypt.hash(input, this.#cost)}`
    })
  }

  /**
   * Whether the password is the stored one; always false, after the same work, for no stored hash and
   * for one under a secret key that was taken away.
   * @throws DomainError `busy` when too many wait already
   */
  async verify(password: string, stored: string | null): Promise<boolean> {
    const isKnown = stored !== null && this.#peppers.has(stored.split(':')[1] ?? '')
    const hash = isKnown ? stored : await this.#decoyHash()
    const isRight = await this.#queued(async () => {
      const [, pepperId = '', output = ''] = hash.split(':')
      const isRight = await bcrypt.compare(this.#keyed(password, pepperId), output)
      await this.#spendRest(bcrypt.getRounds(output))
      return isRight
    })
    return isRight && isKnown
  }

  /**
   * A hash of an earlier, lower cost would answer sooner than an unknown name does. Each cost takes
   * twice as long as the one below it, so one more of each from there on is as long as today's.
   */
  async #spendRest(fromCost: number): Promise<void> {
    for (let cost = fromCost; cost < this.#cost; cost++) await bcrypt.hash('', cost)
  }

  /** Whether a stored hash was made with other parameters than the ones of today. */
  needsRehash(stored: string): boolean {
    const [scheme, pepperId, output = ''] = stored.split(':')
    const isCurrent = scheme === SCHEME && pepperId === this.#currentId
    return !isCurrent || bcrypt.getRounds(output) !== this.#cost
  }

  #keyed(password: string, pepperId: string): string {
    const pepper = this.#peppers.get(pepperId)
    if (!pepper) throw new Error('A password needs a secret key that is not configured.')
    return createHmac('sha384', pepper).update(canonicalPassword(password)).digest('base64')
  }

  /** What an unknown name is compared with, so that it costs as much as a known one. */
  #decoyHash(): Promise<string> {
    this.#decoy ??= this.hash(randomBase62(32)).catch((err) => {
      this.#decoy = undefined
      throw err
    })
    return this.#decoy
  }

  #queued<T>(work: () => Promise<T>): Promise<T> {
    if (this.#limit.pendingCount >= WAITING_MAX) throw new DomainError('busy')
    return this.#limit(work)
  }
}
