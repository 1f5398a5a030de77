import type { SealedColumn } from '../db/sealed-values.js'
import { auditKeyIdentity } from './audit-keys.js'
import { SMTP_PASSWORD_IDENTITY } from './instance-settings.js'
import { keyIdentity } from './locations.js'
import { adminSetupIdentity, setupIdentity, totpIdentity } from './mfa-codes.js'
import { mailIdentity } from './outbox.js'

/** A column of sealed values, each bound to its row. */
export interface BoundColumn extends SealedColumn {
  /** Of what `owner` gives. */
  identityOf(owner: string): string
  /** Whether its values are of use for minutes or days only. */
  readonly isTransient?: boolean
}

/** Every column whose values can be opened again. */
export const SEALED_COLUMNS: readonly BoundColumn[] = [
  {
    table: 'location',
    column: 'private_key_sealed',
    key: 'id',
    owner: 'public_key',
    identityOf: keyIdentity,
  },
  {
    table: 'user',
    column: 'totp_secret_sealed',
    key: 'id',
    owner: 'id',
    identityOf: (id) => totpIdentity(Number(id)),
  },
  {
    table: 'settings',
    column: 'smtp_password_sealed',
    key: 'only_row::integer',
    owner: 'only_row',
    identityOf: () => SMTP_PASSWORD_IDENTITY,
  },
  {
    table: 'audit_key',
    column: 'key_sealed',
    key: 'first_position',
    owner: 'first_position',
    identityOf: (position) => auditKeyIdentity(Number(position)),
  },
  ...(['totp_secret_sealed', 'confirmed_totp_secret_sealed'] as const).map((column) => ({
    table: 'mfa_setup',
    column,
    key: 'enrollment_session_id',
    owner: 'enrollment_session_id',
    identityOf: (id: string) => setupIdentity(Number(id)),
    isTransient: true,
  })),
  {
    table: 'admin_session',
    column: 'totp_secret_sealed',
    key: 'id',
    owner: 'id',
    identityOf: (id) => adminSetupIdentity(Number(id)),
    isTransient: true,
  },
  {
    table: 'mail',
    column: 'variables_sealed',
    key: 'id',
    owner: 'message_id',
    identityOf: mailIdentity,
    isTransient: true,
  },
]
