import type { Updateable } from 'kysely'
import type { Db, Tx } from './database.js'
import type { Schema, Settings } from './schema.js'

export function get(db: Db): Promise<Settings> {
  return db.selectFrom('settings').selectAll().executeTakeFirstOrThrow()
}

/** The settings, which stay as they are until the transaction ends. */
export function lock(tx: Tx): Promise<Settings> {
  return tx.selectFrom('settings').selectAll().forUpdate().executeTakeFirstOrThrow()
}

export function update(tx: Tx, changes: Updateable<Schema['settings']>): Promise<Settings> {
  return tx.updateTable('settings').set(changes).returningAll().executeTakeFirstOrThrow()
}

/** Takes the mail settings of the environment over, once in the life of the database; whether it has. */
export async function seedSmtp(
  tx: Tx,
  smtp: Pick<
    Settings,
    | 'smtpServer'
    | 'smtpPort'
    | 'smtpEncryption'
    | 'smtpUser'
    | 'smtpPasswordSealed'
    | 'smtpSender'
    | 'smtpCa'
    | 'smtpTimeoutSeconds'
  >,
): Promise<boolean> {
  const row = await tx
    .updateTable('settings')
    .set({ ...smtp, smtpSeeded: true })
    .where('smtpSeeded', '=', false)
    .returning('smtpSeeded')
    .executeTakeFirst()
  return row !== undefined
}
