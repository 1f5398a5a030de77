import type { Logger } from '@defguard/runtime/logger'
import type { Db } from '../db/database.js'
import * as sealedValues from '../db/sealed-values.js'
import type { CodeHasher } from '../domain/mfa.js'
import type { Sealer } from '../domain/sealing.js'
import type { PasswordHasher } from './password-hasher.js'
import { SEALED_COLUMNS } from './sealed-columns.js'

/**
 * The secret key of today is 0, earlier ones count from 1. `missing`: one that is not configured.
 * `unnamed`: any of them, for hashes that do not say.
 */
export type KeyNumber = number | 'missing' | 'unnamed'

/** That a key is needed for so many values (or accounts) of a kind. */
export interface KeyUse {
  readonly key: KeyNumber
  readonly kind: 'sealed' | 'password' | 'recovery_codes'
  /** The table and column. */
  readonly what: string
  readonly count: number
  /** Of use for minutes or days only. */
  readonly isTransient: boolean
}

/** Which values need which of the secret keys. */
export class KeyUses {
  constructor(
    private readonly db: Db,
    private readonly sealer: Sealer,
    private readonly hasher: PasswordHasher,
    private readonly codeHasher: CodeHasher,
    private readonly log: Logger,
  ) {}

  /** How many earlier keys are configured. */
  get previousKeys(): number {
    return this.sealer.keyIds.length - 1
  }

  async list(): Promise<KeyUse[]> {
    const uses: KeyUse[] = []
    for (const column of SEALED_COLUMNS) {
      const what = `${column.table}.${column.column}`
      const isTransient = column.isTransient ?? false
      for (const { keyId, count } of await sealedValues.countByKey(this.db, column)) {
        const key = numberOf(this.sealer.keyIds, keyId)
        uses.push({ key, kind: 'sealed', what, count, isTransient })
      }
    }
    for (const { pepperId, count } of await sealedValues.countPasswords(this.db)) {
      const at = this.hasher.pepperIds.indexOf(pepperId)
      const key = at < 0 ? 'missing' : at
      uses.push({ key, kind: 'password', what: 'user.password_hash', count, isTransient: false })
    }
    for (const { keyId, count } of await sealedValues.countRecoveryCodes(this.db)) {
      const key = keyId ? numberOf(this.codeHasher.keyIds, keyId) : 'unnamed'
      const what = 'recovery_code.code_hash'
      uses.push({ key, kind: 'recovery_codes', what, count, isTransient: false })
    }
    return uses
  }

  /**
   * Refuses to work where something sealed could not be opened. People whose password is under a key
   * that was taken away can still be given another, so that is only said.
   * @throws Error with a sentence that names the variable
   */
  async assertReadable(): Promise<void> {
    const missing = (await this.list()).filter(({ key }) => key === 'missing')
    const lost = missing.filter(({ kind, isTransient }) => kind === 'sealed' && !isTransient)
    if (lost.length > 0) {
      const values = lost.map(({ what, count }) => `${count} of ${what}`).join(', ')
      throw new Error(
        `The database holds values that are sealed under a secret key which is not configured (${values}): name it in DEFGUARD_SECRET_KEY_PREVIOUS.`,
      )
    }
    for (const { kind, what, count } of missing)
      this.log.warn({ what, count }, WITHOUT_ITS_KEY[kind])
  }
}

const WITHOUT_ITS_KEY: Readonly<Record<KeyUse['kind'], string>> = {
  sealed: 'values under a secret key that is not configured are lost',
  password: 'people whose password is under a secret key that is not configured must reset it',
  recovery_codes:
    'people whose recovery codes are under a secret key that is not configured need others',
}

function numberOf(keyIds: readonly Buffer[], keyId: Buffer): KeyNumber {
  const at = keyIds.findIndex((known) => known.equals(keyId))
  return at < 0 ? 'missing' : at
}
