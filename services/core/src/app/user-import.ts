import type { Db } from '../db/database.js'
import * as settingsRow from '../db/settings.js'
import type { UserWithGroups } from '../db/users.js'
import * as users from '../db/users.js'
import { assertNoViolations, DomainError, type Violation } from '../domain/errors.js'
import { type ProfileInput, parseProfile, type UserProfile } from '../domain/user.js'
import type { UserAdmin } from './caller.js'
import { findGroups } from './groups.js'
import { inOrder } from './in-order.js'
import { isSmtpConfigured } from './instance-settings.js'
import { assertMayActOnGroups } from './targets.js'
import type { Users } from './users.js'

export interface ImportOptions {
  readonly isDryRun: boolean
  readonly invite: boolean
}

export interface ImportRow extends ProfileInput {
  readonly line: number
  readonly groups: readonly string[]
}

export type ImportPart = { readonly options: ImportOptions } | { readonly row: ImportRow }

export type ImportResult = { readonly line: number } & (
  | { readonly outcome: 'created' | 'unchanged' }
  | { readonly outcome: 'refused'; readonly refusal: DomainError }
)

type Outcome = 'created' | 'unchanged'

/** They wait for each other's commits less, and leave most connections to everybody else. */
const ROWS_AT_ONCE = 4

/** Adding the people of a list, each in a transaction of their own. */
export class UserImport {
  constructor(
    private readonly db: Db,
    private readonly users: Users,
  ) {}

  /**
   * What became of each row, in their order. Few rows are read ahead of what was answered, so that a
   * list of any length takes little memory; the same person twice within those few is for the database
   * to decide.
   * @throws DomainError `smtp_not_configured`, `not_logged_in`, or `invalid_argument` for options that
   * do not come first; a refused row is a result
   */
  async *run(admin: UserAdmin, parts: AsyncIterable<ImportPart>): AsyncGenerator<ImportResult> {
    const source = parts[Symbol.asyncIterator]()
    const first = await source.next()
    if (first.done) return
    if (!('options' in first.value)) throw outOfPlace()
    const { options } = first.value
    await this.assertMailable(options)
    const rows = { [Symbol.asyncIterator]: () => source }
    yield* inOrder(rows, ROWS_AT_ONCE, async (part) => {
      if ('options' in part) throw outOfPlace()
      return this.take(admin, part.row, options)
    })
  }

  private async assertMailable({ invite }: ImportOptions): Promise<void> {
    if (invite && !isSmtpConfigured(await settingsRow.get(this.db)))
      throw new DomainError('smtp_not_configured')
  }

  private async take(
    admin: UserAdmin,
    row: ImportRow,
    options: ImportOptions,
  ): Promise<ImportResult> {
    const { line } = row
    try {
      return { line, outcome: await this.add(admin, row, options) }
    } catch (err) {
      // What would meet every other row ends the import.
      if (!(err instanceof DomainError) || err.reason === 'not_logged_in') throw err
      return { line, outcome: 'refused', refusal: err }
    }
  }

  private async add(admin: UserAdmin, row: ImportRow, options: ImportOptions): Promise<Outcome> {
    const violations: Violation[] = []
    const profile = parseProfile(row, violations)
    const groups = await findGroups(this.db, row.groups, 'groups', violations)
    assertNoViolations(violations)
    assertMayActOnGroups(admin, groups)
    const isThere = await this.isThere(profile, groups)
    if (isThere) return 'unchanged'
    if (options.isDryRun) return 'created'
    try {
      const invitation = { sendEmail: true, email: undefined, expiresInMs: undefined }
      await this.users.create(admin, {
        ...row,
        requestId: '',
        password: undefined,
        invitation: options.invite ? invitation : undefined,
      })
      return 'created'
    } catch (err) {
      // Somebody else was first, perhaps with the same list.
      const isTaken = err instanceof DomainError && err.reason === 'already_exists'
      if (isTaken && (await this.isThere(profile, groups))) return 'unchanged'
      throw err
    }
  }

  /** Whether the account is there as the row says. @throws DomainError `already_exists` if it is another */
  private async isThere(
    profile: UserProfile,
    groups: readonly { readonly name: string }[],
  ): Promise<boolean> {
    const found = await users.findByUsernameOrEmail(this.db, profile)
    const differences = found.flatMap((user) => differencesOf(user, profile, groups))
    if (differences.length === 0) return found.length > 0
    const message = differences.map(({ field, message }) => `${field}: ${message}`).join('; ')
    throw new DomainError('already_exists', message, differences)
  }
}

function outOfPlace(): DomainError {
  const violation = { field: 'options', message: 'must come first, and once' }
  return new DomainError('invalid_argument', 'options: must come first, and once', [violation])
}

/** Where an account is not as a row says; what the row leaves out may be anything. */
function differencesOf(
  user: UserWithGroups,
  profile: UserProfile,
  groups: readonly { readonly name: string }[],
): Violation[] {
  if (!isSame(user.username, profile.username))
    return [{ field: 'email', message: `is the e-mail address of "${user.username}"` }]
  const differ = (field: string) => ({ field, message: 'is another one in the account' })
  const memberOf = new Set(user.groups.map(({ name }) => name))
  return [
    ...(isSame(user.email, profile.email) ? [] : [differ('email')]),
    ...(user.firstName === profile.firstName ? [] : [differ('first_name')]),
    ...(user.lastName === profile.lastName ? [] : [differ('last_name')]),
    ...([null, user.phone].includes(profile.phone) ? [] : [differ('phone')]),
    ...([null, user.language].includes(profile.language) ? [] : [differ('language')]),
    ...groups
      .filter(({ name }) => !memberOf.has(name))
      .map(({ name }) => ({ field: 'groups', message: `the account is not in "${name}"` })),
  ]
}

function isSame(one: string, other: string): boolean {
  return fold(one) === fold(other)
}

function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase()
}
