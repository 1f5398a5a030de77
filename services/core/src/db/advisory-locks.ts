import { sql } from 'kysely'
import type { Tx } from './database.js'

/*
 * What no row can stand for is locked by number, for all cores at once and until the transaction
 * ends. The numbers stand here side by side, so that no two meanings share one.
 */

const ACCESS = 7_230_001
const MAINTENANCE = 7_230_002
const FIRST_ADMIN = 7_230_003
const ADMINS = 7_230_004
const REQUEST = 7_230_005
const TEST_MAILS = 7_230_011
const ONBOARDING = 7_230_006
const AUDIT_CHAIN = 7_230_019

/**
 * Held by whoever changes which locations people may use, so that no device is made meanwhile that
 * would miss the change; `shareAccess` is the other side.
 */
export async function lockAccess(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(${ACCESS}::bigint)`.execute(tx)
}

/** Held by whoever makes a device; any number of them at once. */
export async function shareAccess(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock_shared(${ACCESS}::bigint)`.execute(tx)
}

/**
 * Held by whoever takes the role or the account of an admin away, after `lockAccess` and before any
 * row, so that two admins cannot do it to each other at once.
 */
export async function lockAdmins(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(${ADMINS}::bigint)`.execute(tx)
}

/**
 * Held by a creation that may be repeated, before it writes: of two at once the second finds what the
 * first has made. Otherwise it could first meet another rule that the first has used up, such as a name.
 */
export async function lockRequest(tx: Tx, requestId: string | null): Promise<void> {
  if (requestId === null) return
  await sql`select pg_advisory_xact_lock(${REQUEST}::integer, hashtext(${requestId}))`.execute(tx)
}

/** Held by whoever writes onboarding texts of a language, so that nobody replaces what they have not seen. */
export async function lockOnboarding(tx: Tx, language: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(${ONBOARDING}::integer, hashtext(${language}))`.execute(tx)
}

/** Held while the first admin is made, so that of several cores that start at once one does it. */
export async function lockFirstAdmin(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(${FIRST_ADMIN}::bigint)`.execute(tx)
}

/** Held while it is counted whether there may be another test mail. */
export async function lockTestMails(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(${TEST_MAILS}::bigint)`.execute(tx)
}

/** Whether this core may clear up now; at most one does. */
export function tryMaintenance(tx: Tx): Promise<boolean> {
  return tryLock(tx, MAINTENANCE)
}

/** Whether this core may make the chain of the audit log longer now; at most one does. */
export function tryAuditChain(tx: Tx): Promise<boolean> {
  return tryLock(tx, AUDIT_CHAIN)
}

/** Held by whoever needs the chain of the audit log to stand still. */
export async function lockAuditChain(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(${AUDIT_CHAIN}::bigint)`.execute(tx)
}

async function tryLock(tx: Tx, number: number): Promise<boolean> {
  const { rows } = await sql<{ isMine: boolean }>`
    select pg_try_advisory_xact_lock(${number}::bigint) as is_mine`.execute(tx)
  return rows[0]?.isMine ?? false
}
