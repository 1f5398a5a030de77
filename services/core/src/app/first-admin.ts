import { lockFirstAdmin } from '../db/advisory-locks.js'
import { type Db, inTransaction } from '../db/database.js'
import * as groups from '../db/groups.js'
import * as settingsRow from '../db/settings.js'
import type { UserWithGroups } from '../db/users.js'
import * as users from '../db/users.js'
import type { Clock } from '../domain/clock.js'
import { assertNoViolations, type Violation } from '../domain/errors.js'
import { assertPassword } from '../domain/password.js'
import { randomBase62 } from '../domain/secret.js'
import { parseProfile } from '../domain/user.js'
import { audit, SYSTEM } from './audit.js'
import { changePassword } from './password-change.js'
import type { PasswordHasher } from './password-hasher.js'

export interface AdminContact {
  readonly email: string
  readonly firstName: string
  readonly lastName: string
}

const USERNAME = 'admin'
const GENERATED_PASSWORD_LENGTH = 24

/** The first admin of an installation. There is no built-in password, ever. */
export class FirstAdmin {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly hasher: PasswordHasher,
  ) {}

  /**
   * Makes the account `admin` with this password where nobody can administer; never touches an
   * existing account. Cores that start at once take turns. Answers whether somebody can administer.
   * @throws Error when the account exists and cannot administer · DomainError for a weak password
   */
  async ensure(password: string | undefined, contact: AdminContact): Promise<boolean> {
    if (await users.hasActiveAdmin(this.db)) return true
    const existing = await users.findByUsername(this.db, USERNAME)
    if (existing && !isAdmin(existing)) throw new Error(unusable(existing.username))
    if (existing || password === undefined) return false
    await this.insertIfMissing(password, contact)
    return true
  }

  /**
   * Gives the account `admin` a generated password, and makes the account first if there is none.
   * Its sessions, API tokens and reset links end. For the one-shot command: the password is in the reply and nowhere else.
   */
  async bootstrap(contact: AdminContact): Promise<{ username: string; password: string }> {
    const password = randomBase62(GENERATED_PASSWORD_LENGTH)
    if (await this.insertIfMissing(password, contact)) return { username: USERNAME, password }
    const user = await users.findByUsername(this.db, USERNAME)
    if (!user || !isAdmin(user)) throw new Error(unusable(USERNAME))
    const hash = await this.hasher.hash(password)
    await inTransaction(this.db, async (tx) => {
      const now = this.clock()
      await changePassword(tx, SYSTEM, user.id, hash, now)
      const object = { kind: 'user', id: user.id, name: user.username } as const
      await audit(tx, now, SYSTEM, 'auth.password_changed', object)
    })
    return { username: user.username, password }
  }

  /** Makes the account, or answers false and changes nothing where it exists. */
  private async insertIfMissing(password: string, contact: AdminContact): Promise<boolean> {
    const violations: Violation[] = []
    const profile = parseProfile({ username: USERNAME, ...contact }, violations)
    assertNoViolations(violations)
    const settings = await settingsRow.get(this.db)
    const policy = { minLength: settings.passwordMinLength, instanceName: settings.instanceName }
    assertPassword(password, profile, policy)
    const passwordHash = await this.hasher.hash(password)
    return inTransaction(this.db, async (tx) => {
      await lockFirstAdmin(tx)
      if (await users.findByUsername(tx, USERNAME)) return false
      const now = this.clock()
      const user = await users.insert(tx, profile, { passwordHash, requestId: null, now })
      const group = await groups.findAdminGroup(tx)
      if (!user || !group) throw new Error('There is no group with the role admin.')
      await groups.addMember(tx, user.id, [group.id])
      const object = { kind: 'user', id: user.id, name: user.username } as const
      await audit(tx, now, SYSTEM, 'system.admin_bootstrapped', object)
      return true
    })
  }
}

function isAdmin(user: UserWithGroups): boolean {
  return user.isActive && user.groups.some((group) => group.role === 'admin')
}

function unusable(username: string): string {
  return `Nobody can administer: the account "${username}" exists, but it is disabled or in no group with the role admin. Nothing was changed.`
}
