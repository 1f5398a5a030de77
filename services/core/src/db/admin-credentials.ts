import { sql } from 'kysely'
import type { Scope } from '../domain/scope.js'
import type { SecretHash } from '../domain/secret.js'
import type { Role } from '../domain/user.js'
import type { Db } from './database.js'

/** Whoever stands behind a credential, with the roles of their groups. */
export interface CredentialOwner {
  readonly userId: number
  readonly username: string
  readonly firstName: string
  readonly lastName: string
  readonly roles: readonly Role[]
  readonly hasTotp: boolean
  readonly mfaEmail: boolean
  /** They may do nothing until they have a second factor. */
  readonly isFactorMissing: boolean
}

interface Credential extends CredentialOwner {
  readonly id: number
  readonly expiresAt: Date
}

export type LiveApiToken = Credential & {
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly lastUsedAt: Date | null
}

const OWNER = sql`
  "user".id as user_id, username, first_name, last_name, mfa_email,
  "user".totp_secret_sealed is not null as has_totp,
  mfa_demanded and "user".totp_secret_sealed is null and not mfa_email as is_factor_missing,
  array(select distinct role from user_group join "group" on "group".id = group_id
    where user_group.user_id = "user".id) as roles`

/** A session that may act now. */
export async function findSession(
  db: Db,
  sessionHash: SecretHash,
  now: Date,
): Promise<Credential | undefined> {
  const { rows } = await sql<Credential>`
    select session.id, session.expires_at, ${OWNER}
    from admin_session session join "user" on "user".id = session.user_id
    where session_hash = ${sessionHash} and ended_at is null and expires_at > ${now} and is_active
  `.execute(db)
  return rows[0]
}

/** An API token that may act now. */
export async function findApiToken(
  db: Db,
  tokenHash: SecretHash,
  now: Date,
): Promise<LiveApiToken | undefined> {
  const { rows } = await sql<LiveApiToken>`
    select token.id, token.expires_at, token.name, token.scopes, token.last_used_at, ${OWNER}
    from api_token token join "user" on "user".id = token.user_id
    where token_hash = ${tokenHash} and revoked_at is null and expires_at > ${now} and is_active
  `.execute(db)
  return rows[0]
}
