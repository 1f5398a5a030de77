import { randomUUID } from 'node:crypto'
import type { Tx } from '../db/database.js'
import * as mails from '../db/mails.js'
import type { Sealer } from '../domain/sealing.js'
import type { OutgoingMail } from '../mail/messages.js'

/** What a mail's contents are sealed for: this row and no other. */
export function mailIdentity(messageId: string): string {
  return `mail:${messageId}`
}

/**
 * Puts a mail into the transaction that causes it: it is sent, at least once, if and only if that
 * commits. With `token` it is sent only while that token waits for its first use, with `expiresAt`
 * only before that instant.
 */
export async function enqueue(
  tx: Tx,
  sealer: Sealer,
  mail: OutgoingMail,
  now: Date,
  limits: { readonly token?: mails.MailToken; readonly expiresAt?: Date } = {},
): Promise<void> {
  const messageId = randomUUID()
  await mails.enqueue(tx, {
    kind: mail.kind,
    recipient: mail.recipient,
    language: mail.language,
    variablesSealed: sealer.seal(JSON.stringify(mail.variables), mailIdentity(messageId)),
    messageId,
    token: limits.token,
    expiresAt: limits.expiresAt ?? null,
    createdAt: now,
  })
}
