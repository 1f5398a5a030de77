import { lockRequest } from '../db/advisory-locks.js'
import { type Db, inTransaction, type Tx } from '../db/database.js'
import * as groups from '../db/groups.js'
import type { Group } from '../db/schema.js'
import * as secondFactors from '../db/second-factors.js'
import * as settingsRow from '../db/settings.js'
import * as users from '../db/users.js'
import type { Clock } from '../domain/clock.js'
import { assertNoViolations, DomainError, type Violation } from '../domain/errors.js'
import { assertPassword } from '../domain/password.js'
import {
  isUsername,
  type ProfileInput,
  parseProfile,
  USERNAME_RULE,
  type UserProfile,
  type UserState,
} from '../domain/user.js'
import { asActor, audit } from './audit.js'
import type { UserAdmin } from './caller.js'
import { findGroups } from './groups.js'
import type { Invitation, InvitationOptions, Invitations } from './invitations.js'
import { type PageOf, type PageRequest, pageOf, parsePage } from './paging.js'
import type { PasswordHasher } from './password-hasher.js'
import { parseRequestId } from './request-id.js'
import { assertMayActOnGroups, lockTargetById } from './targets.js'
import { type UserView, viewOf, viewsOf } from './user-views.js'

export interface NewUser extends ProfileInput {
  readonly requestId: string
  readonly groups: readonly string[]
  readonly password: string | undefined
  readonly invitation: InvitationOptions | undefined
}

/** People with an account, as admins manage them. */
export class Users {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly hasher: PasswordHasher,
    private readonly invitations: Invitations,
  ) {}

  /**
   * Adds a person and, if asked, invites them in the same transaction. The same request id again is
   * the same person (with a fresh invitation: the clear text of the first is gone).
   * @throws DomainError `invalid_argument` with every problem, `already_exists`, `not_allowed`, and
   * those of inviting
   */
  async create(
    admin: UserAdmin,
    request: NewUser,
  ): Promise<{ user: UserView; invitation?: Invitation }> {
    const violations: Violation[] = []
    const profile = parseProfile(request, violations)
    const requestId = parseRequestId(request.requestId, violations)
    const found = await findGroups(this.db, request.groups, 'groups', violations)
    if (request.password !== undefined && request.invitation) {
      violations.push({ field: 'password', message: 'somebody with a password cannot be invited' })
    }
    assertNoViolations(violations)
    if (request.password !== undefined && admin.apiToken) throw new DomainError('login_required')
    assertMayActOnGroups(admin, found)
    const passwordHash = await this.hashPassword(request.password, profile)
    return inTransaction(this.db, async (tx) => {
      const now = this.clock()
      const userId = await this.insert(tx, admin, profile, found, { passwordHash, requestId, now })
      const target = await lockTargetById(tx, admin, userId)
      const invitation =
        request.invitation &&
        (await this.invitations.issueToPerson(
          tx,
          admin,
          target,
          'enrollment',
          request.invitation,
          now,
        ))
      return { user: await viewOf(tx, userId, now), ...(invitation && { invitation }) }
    })
  }

  /** @throws DomainError `not_found` */
  async get(username: string): Promise<UserView> {
    const user = await users.findByUsername(this.db, username)
    const [view] = user ? await viewsOf(this.db, [user], this.clock()) : []
    if (!view) throw new DomainError('not_found', `no user named "${username}"`)
    return view
  }

  /** Why no account can have this username; undefined when one can. */
  async problemOf(username: string): Promise<string | undefined> {
    const name = username.trim()
    if (!isUsername(name)) return USERNAME_RULE
    return (await users.findByUsername(this.db, name)) && 'this username is taken'
  }

  async list(
    filter: { state: UserState | undefined; search: string },
    request: PageRequest,
  ): Promise<PageOf<UserView>> {
    const page = parsePage(request)
    const { items, nextPageToken } = pageOf(await users.list(this.db, filter, page), page)
    return { items: await viewsOf(this.db, items, this.clock()), nextPageToken }
  }

  private async hashPassword(
    password: string | undefined,
    profile: UserProfile,
  ): Promise<string | null> {
    if (password === undefined) return null
    const settings = await settingsRow.get(this.db)
    const policy = { minLength: settings.passwordMinLength, instanceName: settings.instanceName }
    assertPassword(password, profile, policy)
    return this.hasher.hash(password)
  }

  private async insert(
    tx: Tx,
    admin: UserAdmin,
    profile: UserProfile,
    memberOf: readonly Group[],
    more: { passwordHash: string | null; requestId: string | null; now: Date },
  ): Promise<number> {
    await lockRequest(tx, more.requestId)
    const user = await users.insert(tx, profile, more)
    if (!user) {
      const earlier = more.requestId && (await users.findByRequestId(tx, more.requestId))
      if (!earlier) throw new Error('A request id is taken, but by nobody.')
      return earlier.id
    }
    if (more.passwordHash !== null) await secondFactors.demand(tx, user.id)
    await groups.addMember(
      tx,
      user.id,
      memberOf.map((group) => group.id),
    )
    const object = { kind: 'user', id: user.id, name: user.username } as const
    await audit(tx, more.now, asActor(admin), 'user.created', object, {
      details: {
        groups: memberOf.map((group) => group.name),
        has_password: more.passwordHash !== null,
      },
    })
    return user.id
  }
}
