import type { Logger } from '@defguard/runtime/logger'
import type { Db } from '../db/database.js'
import * as gateways from '../db/gateways.js'
import * as sealedValues from '../db/sealed-values.js'
import type { Clock } from '../domain/clock.js'
import type { GatewayTokenSigner } from '../domain/gateway-token.js'
import type { CodeHasher } from '../domain/mfa.js'
import type { Sealer } from '../domain/sealing.js'
import type { PasswordHasher } from './password-hasher.js'
import { SEALED_COLUMNS } from './sealed-columns.js'

/**
 * The secret key of today is 0, earlier ones count from 1. `missing`: one that is not configured.
 * `unnamed`: any of them, for what does not say.
 */
export type KeyNumber = number | 'missing' | 'unnamed'

/** That a key is needed for so many values (or accounts) of a kind. */
export interface KeyUse {
  readonly key: KeyNumber
  readonly kind: 'sealed' | 'password' | 'recovery_codes' | 'gateway_token'
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
    private readonly clock: Clock,
    private readonly sealer: Sealer,
    private readonly hasher: PasswordHasher,
    private readonly codeHasher: CodeHasher,
    private readonly gatewaySigner: GatewayTokenSigner,
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
    return [...uses, ...(await this.listOfGateways())]
  }

  /** A token under a secret of its own needs none of the secret keys, unless that is another one now. */
  private async listOfGateways(): Promise<KeyUse[]> {
    const { keyIds, hasOwnSecret } = this.gatewaySigner
    const counts = await gateways.countByKey(this.db, this.clock())
    return counts
      .map(({ keyId, count }): KeyUse => {
        const key = keyId ? numberOf(keyIds, keyId) : 'unnamed'
        return { key, kind: 'gateway_token', what: 'gateway.key_id', count, isTransient: false }
      })
      .filter(({ key }) => !hasOwnSecret || key === 'missing')
  }

  /**
   * Refuses to work where something sealed could not be opened. People and gateways whose password or
   * token is under a key that was taken away can still be given another, so that is only said.
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
  gateway_token:
    'gateways whose token is signed under a key that is not configured are refused until they have another',
}

function numberOf(keyIds: readonly Buffer[], keyId: Buffer): KeyNumber {
  const at = keyIds.findIndex((known) => known.equals(keyId))
  return at < 0 ? 'missing' : at
}
