import type { Tx } from './database.js'

/*
 * The columns of an account that concern its second factors.
 */

export interface SecondFactors {
  readonly totpSecretSealed: Buffer | null
  readonly totpLastStep: number | null
  readonly mfaEmail: boolean
}

export async function set(tx: Tx, userId: number, factors: SecondFactors): Promise<void> {
  await tx.updateTable('user').set(factors).where('id', '=', userId).execute()
}
