import type { SecretHash } from '../domain/secret.js'
import type { Tx } from './database.js'

export async function insert(
  tx: Tx,
  token: { deviceId: number; tokenHash: SecretHash; createdAt: Date },
): Promise<void> {
  await tx.insertInto('pollingToken').values(token).execute()
}
