import { sql } from 'kysely'
import { after } from '../domain/clock.js'
import { type CodeHash, MAIL_PAUSE_MS, WRONG_CODES_MAX } from '../domain/mfa.js'
import type { Db, Tx } from './database.js'
import type { MfaSetup } from './schema.js'

export function find(db: Db, sessionId: number): Promise<MfaSetup | undefined> {
  return db
    .selectFrom('mfaSetup')
    .selectAll()
    .where('enrollmentSessionId', '=', sessionId)
    .executeTakeFirst()
}

/** The secret that is being set up: the one there is, or `fresh` where there is none or guessing ended it. */
export async function offerTotp(tx: Tx, sessionId: number, fresh: Buffer): Promise<Buffer> {
  await tx
    .insertInto('mfaSetup')
    .values({ enrollmentSessionId: sessionId, totpSecretSealed: fresh })
    .onConflict((conflict) =>
      conflict
        .column('enrollmentSessionId')
        .doUpdateSet({ totpSecretSealed: fresh, totpLastStep: null, totpWrongCodes: 0 })
        .where((eb) =>
          eb.or([
            eb('mfaSetup.totpSecretSealed', 'is', null),
            eb('mfaSetup.totpWrongCodes', '>=', WRONG_CODES_MAX),
          ]),
        ),
    )
    .execute()
  const setup = await find(tx, sessionId)
  if (!setup?.totpSecretSealed) throw new Error('A set-up has lost its secret.')
  return setup.totpSecretSealed
}

/** Counts an attempt, before anything is compared; undefined when there is nothing left to try. */
export function countTotpAttempt(db: Db, sessionId: number): Promise<MfaSetup | undefined> {
  return db
    .updateTable('mfaSetup')
    .set((eb) => ({ totpWrongCodes: eb('totpWrongCodes', '+', 1) }))
    .where('enrollmentSessionId', '=', sessionId)
    .where('totpSecretSealed', 'is not', null)
    .where('totpWrongCodes', '<', WRONG_CODES_MAX)
    .returningAll()
    .executeTakeFirst()
}

/** Takes a right code, once: of two with the same step the second finds nothing to update. */
export async function confirmTotp(
  tx: Tx,
  sessionId: number,
  secretSealed: Buffer,
  step: number,
): Promise<boolean> {
  const row = await tx
    .updateTable('mfaSetup')
    .set({
      totpLastStep: step,
      totpWrongCodes: 0,
      confirmedTotpSecretSealed: secretSealed,
      confirmedTotpStep: step,
    })
    .where('enrollmentSessionId', '=', sessionId)
    .where('totpSecretSealed', '=', secretSealed)
    .where((eb) => eb.or([eb('totpLastStep', 'is', null), eb('totpLastStep', '<', step)]))
    .returning('enrollmentSessionId')
    .executeTakeFirst()
  return row !== undefined
}

/** Keeps a code that is to be mailed; false, and nothing, when the last one went out just now. */
export async function offerEmailCode(
  tx: Tx,
  sessionId: number,
  code: { hash: CodeHash; expiresAt: Date; sentAt: Date },
): Promise<boolean> {
  const columns = {
    emailCodeHash: code.hash,
    emailCodeExpiresAt: code.expiresAt,
    emailCodeSentAt: code.sentAt,
    emailWrongCodes: 0,
  }
  const row = await tx
    .insertInto('mfaSetup')
    .values({ enrollmentSessionId: sessionId, ...columns })
    .onConflict((conflict) =>
      conflict
        .column('enrollmentSessionId')
        .doUpdateSet(columns)
        .where((eb) =>
          eb.or([
            eb('mfaSetup.emailCodeSentAt', 'is', null),
            eb('mfaSetup.emailCodeSentAt', '<=', after(code.sentAt, -MAIL_PAUSE_MS)),
          ]),
        ),
    )
    .returning('enrollmentSessionId')
    .executeTakeFirst()
  return row !== undefined
}

/** Counts an attempt, before anything is compared; undefined when there is no code left to try. */
export function countEmailAttempt(
  db: Db,
  sessionId: number,
  now: Date,
): Promise<MfaSetup | undefined> {
  return db
    .updateTable('mfaSetup')
    .set((eb) => ({ emailWrongCodes: eb('emailWrongCodes', '+', 1) }))
    .where('enrollmentSessionId', '=', sessionId)
    .where('emailCodeHash', 'is not', null)
    .where('emailCodeExpiresAt', '>', now)
    .where('emailWrongCodes', '<', WRONG_CODES_MAX)
    .returningAll()
    .executeTakeFirst()
}

/** Takes a right code, once. */
export async function confirmEmail(
  tx: Tx,
  sessionId: number,
  codeHash: CodeHash,
  now: Date,
): Promise<boolean> {
  const row = await tx
    .updateTable('mfaSetup')
    .set({ emailCodeHash: null, emailConfirmedAt: now })
    .where('enrollmentSessionId', '=', sessionId)
    .where('emailCodeHash', '=', codeHash)
    .returning('enrollmentSessionId')
    .executeTakeFirst()
  return row !== undefined
}

/** Forgets what all sessions of a person have set up, and the recovery codes of it. */
export async function deleteOfUser(tx: Tx, userId: number): Promise<void> {
  await tx
    .deleteFrom('mfaSetup')
    .where('enrollmentSessionId', 'in', (eb) =>
      eb
        .selectFrom('enrollmentSession')
        .innerJoin('enrollmentToken', 'enrollmentToken.id', 'enrollmentSession.enrollmentTokenId')
        .select('enrollmentSession.id')
        .where('enrollmentToken.userId', '=', userId),
    )
    .execute()
}

/** Forgets what no session can finish any more. */
export async function deleteOver(db: Db, now: Date): Promise<void> {
  await sql`
    delete from mfa_setup using enrollment_session session
      join enrollment_token token on token.id = session.enrollment_token_id
    where session.id = mfa_setup.enrollment_session_id
      and (session.ended_at is not null or token.revoked_at is not null or token.session_deadline <= ${now})
  `.execute(db)
}
