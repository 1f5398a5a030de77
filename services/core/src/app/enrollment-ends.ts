import { type Db, inTransaction, type Tx } from '../db/database.js'
import * as tokenEnds from '../db/enrollment-token-ends.js'
import { after } from '../domain/clock.js'
import { auditAll, SYSTEM } from './audit.js'

/** A call that began in time may still be at work, and end in an activation. */
const GRACE_MS = 15_000
const BATCH_MAX = 500

/** Records, once for each token, that time has ended it; any number of cores share the work. */
export async function recordEnds(db: Db, now: Date): Promise<void> {
  let count: number
  do count = await inTransaction(db, (tx) => recordSome(tx, now))
  while (count === BATCH_MAX)
}

async function recordSome(tx: Tx, now: Date): Promise<number> {
  const ended = await tokenEnds.takeEnded(tx, after(now, -GRACE_MS), BATCH_MAX)
  const objectsOf = (tokens: typeof ended) =>
    tokens.map(({ id, name }) => ({ kind: 'enrollment_token', id, name }) as const)
  const unused = ended.filter((token) => !token.wasStarted)
  const over = ended.filter((token) => token.wasStarted)
  await auditAll(tx, now, SYSTEM, 'enrollment.expired', objectsOf(unused))
  await auditAll(tx, now, SYSTEM, 'enrollment.session_ended', objectsOf(over))
  return ended.length
}
