import * as auditKeys from '../db/audit-keys.js'
import type { Db } from '../db/database.js'
import type { AuditKey } from '../db/schema.js'
import { type ChainKey, newChainKey, toChainKey } from '../domain/audit-chain.js'
import type { Sealer } from '../domain/sealing.js'

/** What a sealed key of the chain is bound to: nobody makes it count for other links. */
export function auditKeyIdentity(firstPosition: number): string {
  return `audit_key:${firstPosition}`
}

/** The keys of the audit log's chain, each good from its first position until the next one's. */
export class AuditKeys {
  private constructor(
    /** Newest first. */
    private readonly keys: readonly { readonly firstPosition: number; readonly key: ChainKey }[],
  ) {}

  static async load(db: Db, sealer: Sealer): Promise<AuditKeys> {
    const rows = await auditKeys.list(db)
    return new AuditKeys(
      rows.map((row) => ({ firstPosition: row.firstPosition, key: openKey(sealer, row) })),
    )
  }

  get isEmpty(): boolean {
    return this.keys.length === 0
  }

  /** The key of a link; that of the first one also stands for the beginning. */
  at(position: number): ChainKey {
    const found = this.keys.find(({ firstPosition }) => firstPosition <= Math.max(position, 1))
    if (!found) throw new Error('A key of the audit log is missing.')
    return found.key
  }
}

/** One that somebody has altered fits nothing: what it has made cannot be told from a forgery. */
function openKey(sealer: Sealer, { firstPosition, keySealed }: AuditKey): ChainKey {
  try {
    const text = sealer.open(keySealed, auditKeyIdentity(firstPosition))
    return toChainKey(Buffer.from(text, 'base64'))
  } catch {
    return newChainKey()
  }
}

export function sealAuditKey(sealer: Sealer, key: ChainKey, firstPosition: number): Buffer {
  return sealer.seal(key.export().toString('base64'), auditKeyIdentity(firstPosition))
}
