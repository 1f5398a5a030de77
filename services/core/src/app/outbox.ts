import { randomUUID } from 'node:crypto'
import type { Tx } from '../db/database.js'
import * as mails from '../db/mails.js'
import type { Sealer } from '../domain/sealing.js'
import type { OutgoingMail } from '../mail/messages.js'

/** What a mail's contents are sealed for: this row and no other. */
export function mailIdentity(messageId: string): string {
  return `mail:${messageId}`
}

interface Limits {
  /** The mail is sent only while this waits for its first use. */
  readonly token?: mails.MailToken
  /** It is sent only before this instant. */
  readonly expiresAt?: Date
}

/**
 * Puts a mail into the transaction that causes it: it is sent, at least once, if and only if that
 * commits.
 */
export async function enqueue(
  tx: Tx,
  sealer: Sealer,
  mail: OutgoingMail,
  now: Date,
  limits: Limits = {},
): Promise<void> {
  await mails.enqueue(tx, [toRow(sealer, mail, now, limits)])
}

/** The same for one mail to each of several people. */
export async function enqueueAll(
  tx: Tx,
  sealer: Sealer,
  toSend: readonly OutgoingMail[],
  now: Date,
): Promise<void> {
  await mails.enqueue(
    tx,
    toSend.map((mail) => toRow(sealer, mail, now, {})),
  )
}

/** A mail, and one that follows it at `dueAt` if it has been sent by then. Both have the same limits. */
export async function enqueueWithFollowUp(
  tx: Tx,
  sealer: Sealer,
  mail: OutgoingMail,
  followUp: { readonly mail: OutgoingMail; readonly dueAt: Date },
  now: Date,
  limits: Limits,
): Promise<void> {
  const first = toRow(sealer, mail, now, limits)
  const second = toRow(sealer, followUp.mail, now, limits)
  const follows = { dueSince: followUp.dueAt, inReplyTo: first.messageId }
  await mails.enqueue(tx, [first, { ...second, ...follows }])
}

function toRow(
  sealer: Sealer,
  mail: OutgoingMail,
  now: Date,
  { token, expiresAt }: Limits,
): mails.NewMail {
  const messageId = randomUUID()
  return {
    kind: mail.kind,
    recipient: mail.recipient,
    language: mail.language,
    variablesSealed: sealer.seal(JSON.stringify(mail.variables), mailIdentity(messageId)),
    messageId,
    token,
    expiresAt: expiresAt ?? null,
    createdAt: now,
    dueSince: null,
    inReplyTo: null,
  }
}
