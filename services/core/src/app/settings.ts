import { type Db, inTransaction } from '../db/database.js'
import * as mails from '../db/mails.js'
import type { Settings as SettingsRow } from '../db/schema.js'
import * as settingsRow from '../db/settings.js'
import type { Clock } from '../domain/clock.js'
import { assertNoViolations, DomainError, type Violation } from '../domain/errors.js'
import type { Sealer } from '../domain/sealing.js'
import { parseSettings, type SettingsChange, type SettingsField } from '../domain/settings.js'
import { loginViolations } from '../domain/smtp-settings.js'
import type { SmtpSettings } from '../mail/transport.js'
import { asActor, audit, SYSTEM } from './audit.js'
import type { Admin } from './caller.js'
import { SMTP_PASSWORD_IDENTITY } from './instance-settings.js'

/** What an admin can change while core runs. One row, read anew by each use case. */
export class Settings {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly sealer: Sealer,
  ) {}

  get(): Promise<SettingsRow> {
    return settingsRow.get(this.db)
  }

  /**
   * Changes the named fields and leaves the rest.
   * @throws DomainError `invalid_argument` with every problem, `login_required`
   */
  async update(
    admin: Admin,
    change: SettingsChange,
    fields: readonly SettingsField[],
  ): Promise<SettingsRow> {
    if (admin.apiToken && fields.some(isForPeople)) throw new DomainError('login_required')
    const violations: Violation[] = []
    const { smtpPassword, ...columns } = parseSettings(change, fields, violations)
    assertNoViolations(violations)
    const sealed = smtpPassword === undefined ? {} : { smtpPasswordSealed: this.seal(smtpPassword) }
    return inTransaction(this.db, async (tx) => {
      const { smtpUser, smtpPasswordSealed } = {
        ...(await settingsRow.lock(tx)),
        ...columns,
        ...sealed,
      }
      const login = { hasUser: smtpUser !== null, hasPassword: smtpPasswordSealed !== null }
      assertNoViolations(loginViolations(login))
      const settings = await settingsRow.update(tx, { ...columns, ...sealed })
      await mails.wake(tx)
      await audit(
        tx,
        this.clock(),
        asActor(admin),
        'settings.updated',
        { kind: 'settings' },
        {
          details: { fields: [...fields] },
        },
      )
      return settings
    })
  }

  /** Takes the mail settings of the environment over, once in the life of the database. */
  async seedSmtp(smtp: SmtpSettings): Promise<void> {
    const columns = {
      smtpServer: smtp.server,
      smtpPort: smtp.port,
      smtpEncryption: smtp.encryption,
      smtpUser: smtp.user ?? null,
      smtpPasswordSealed: this.seal(smtp.password ?? null),
      smtpSender: smtp.sender,
      smtpCa: smtp.ca ?? null,
      smtpTimeoutSeconds: smtp.timeoutMs / 1000,
    }
    await inTransaction(this.db, async (tx) => {
      if (!(await settingsRow.seedSmtp(tx, columns))) return
      const details = { fields: Object.keys(columns) }
      await audit(tx, this.clock(), SYSTEM, 'settings.updated', { kind: 'settings' }, { details })
    })
  }

  private seal(password: string | null): Buffer | null {
    return password === null ? null : this.sealer.seal(password, SMTP_PASSWORD_IDENTITY)
  }
}

/** Whoever leads mail elsewhere reads every link in it; whoever shortens the audit log hides in it. */
function isForPeople(field: SettingsField): boolean {
  return field.startsWith('smtp') || field === 'auditRetentionMonths'
}
