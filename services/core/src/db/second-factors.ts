import { sql } from 'kysely'
import { after } from '../domain/clock.js'
import { LOGIN_PAUSE_MS, WRONG_CODES_MAX } from '../domain/mfa.js'
import type { Db, Tx } from './database.js'

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

/** Whether an account has any. */
export async function isSet(db: Db, userId: number): Promise<boolean> {
  const row = await db
    .selectFrom('user')
    .select('id')
    .where('id', '=', userId)
    .where((eb) => eb.or([eb('totpSecretSealed', 'is not', null), eb('mfaEmail', '=', true)]))
    .executeTakeFirst()
  return row !== undefined
}

/** Marks an account that gets its first password as one that must have a factor, if all must now. */
export async function demand(tx: Tx, userId: number): Promise<void> {
  await sql`
    update "user" set mfa_demanded = true
    where id = ${userId} and (select enrollment_mfa_required from settings)
  `.execute(tx)
}

/**
 * Counts an attempt, before anything is compared; false while the account pauses. The fifth one
 * begins the pause, which a right code ends.
 */
export async function countAttempt(db: Db, userId: number, now: Date): Promise<boolean> {
  const { rows } = await sql`
    update "user" set
      mfa_wrong_codes = case when mfa_wrong_codes < ${WRONG_CODES_MAX} then mfa_wrong_codes + 1 else 1 end,
      mfa_locked_until = case when mfa_wrong_codes = ${WRONG_CODES_MAX - 1} then ${after(now, LOGIN_PAUSE_MS)}::timestamptz end
    where id = ${userId} and (mfa_locked_until is null or mfa_locked_until <= ${now})
    returning id
  `.execute(db)
  return rows.length > 0
}

export async function forgetAttempts(tx: Tx, userId: number): Promise<void> {
  await tx
    .updateTable('user')
    .set({ mfaWrongCodes: 0, mfaLockedUntil: null })
    .where('id', '=', userId)
    .execute()
}

/** Takes a right code, once: of two with the same step the second finds nothing to update. */
export async function takeTotpStep(
  tx: Tx,
  userId: number,
  secretSealed: Buffer,
  step: number,
): Promise<boolean> {
  const row = await tx
    .updateTable('user')
    .set({ totpLastStep: step })
    .where('id', '=', userId)
    .where('totpSecretSealed', '=', secretSealed)
    .where((eb) => eb.or([eb('totpLastStep', 'is', null), eb('totpLastStep', '<', step)]))
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}
