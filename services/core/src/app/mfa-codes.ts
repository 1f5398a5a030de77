import type { Tx } from '../db/database.js'

/** Takes a right code in the transaction that acts on it; false if it was taken meanwhile. */
export type TakeCode = (tx: Tx) => Promise<boolean>

/*
 * Whose secret or code something is: sealed or hashed with it, so that nothing is worth anything in
 * another row.
 */

export function setupIdentity(sessionId: number): string {
  return `mfa_setup:${sessionId}`
}

export function adminSetupIdentity(sessionId: number): string {
  return `admin_session:totp:${sessionId}`
}

export function totpIdentity(userId: number): string {
  return `user:totp:${userId}`
}

/** The person's, not the session's: the account adopts recovery codes as they are. */
export function recoveryIdentity(userId: number): string {
  return `recovery:${userId}`
}
