import { type Db, inTransaction, type Tx } from '../db/database.js'
import * as tokenEnds from '../db/enrollment-token-ends.js'
import type { TokenListEntry } from '../db/enrollment-token-entries.js'
import * as tokenEntries from '../db/enrollment-token-entries.js'
import type { Device } from '../db/schema.js'
import type { Clock } from '../domain/clock.js'
import type { TokenKind, TokenState } from '../domain/enrollment-token.js'
import { DomainError } from '../domain/errors.js'
import { asActor, audit } from './audit.js'
import type { UserAdmin } from './caller.js'
import { lockDevice } from './device-lock.js'
import type { Invitation, InvitationOptions, Invitations } from './invitations.js'
import { type PageOf, type PageRequest, pageOf, parsePage } from './paging.js'
import { assertAdmin, holdActor, lockTarget, lockTargetById, type Target } from './targets.js'
import { endTokens } from './token-ends.js'
import { type TokenView, withState } from './token-views.js'

/** A token by its id, or the newest one of a person. */
export type TokenReference = { readonly id: number } | { readonly username: string }

/** Enrollment tokens, as admins manage them. */
export class EnrollmentAdmin {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly invitations: Invitations,
  ) {}

  /** @throws DomainError `not_found` and those of Invitations.issueToPerson */
  async issue(
    admin: UserAdmin,
    username: string,
    kind: 'enrollment' | 'desktop_activation',
    options: InvitationOptions,
  ): Promise<Invitation> {
    return inTransaction(this.db, async (tx) => {
      const user = await lockTarget(tx, admin, username)
      return this.invitations.issueToPerson(tx, admin, user, kind, options, this.clock())
    })
  }

  async list(
    filter: { state: TokenState | undefined; kind: TokenKind | undefined; username: string },
    request: PageRequest,
  ): Promise<PageOf<TokenView>> {
    const now = this.clock()
    const page = parsePage(request)
    const { items, nextPageToken } = pageOf(
      await tokenEntries.list(this.db, filter, page, now),
      page,
    )
    return { items: items.map((token) => withState(token, now)), nextPageToken }
  }

  /** Withdraws a token; one that is over, used or revoked stays as it is. */
  async revoke(admin: UserAdmin, reference: TokenReference): Promise<TokenView> {
    const now = this.clock()
    return inTransaction(this.db, async (tx) => {
      const token = await this.find(tx, reference)
      const person = await lockPerson(tx, admin, token)
      if (await tokenEnds.revoke(tx, token.id, now)) {
        await endTokens(tx, [token.id], person, now)
        const object = { kind: 'enrollment_token', id: token.id, name: token.username } as const
        await audit(tx, now, asActor(admin), 'enrollment.revoked', object)
      }
      return withState(await this.find(tx, { id: token.id }), now)
    })
  }

  /** Issues a new token of the same kind to the recipient of an old one, which is revoked. */
  async resend(admin: UserAdmin, reference: TokenReference): Promise<Invitation> {
    const action = 'enrollment.resent'
    return inTransaction(this.db, async (tx) => {
      const now = this.clock()
      const token = await this.find(tx, reference)
      if (token.kind === 'network_device') {
        assertAdmin(admin)
        const device = await deviceOf(tx, admin, token.deviceId)
        return this.invitations.issueToDevice(tx, admin, device, undefined, now, action)
      }
      const user = await lockTargetById(tx, admin, token.userId)
      const options = {
        sendEmail: token.sentTo !== null,
        email: token.sentTo ?? undefined,
        expiresInMs: undefined,
      }
      return this.invitations.issueToPerson(tx, admin, user, token.kind, options, now, action)
    })
  }

  private async find(tx: Tx, reference: TokenReference): Promise<TokenListEntry> {
    const token =
      'id' in reference
        ? await tokenEntries.findById(tx, reference.id)
        : await tokenEntries.findNewestOf(tx, reference.username)
    if (token) return token
    throw new DomainError(
      'not_found',
      'id' in reference
        ? `no token with the id ${reference.id}`
        : `no token of "${reference.username}"`,
    )
  }
}

/** Whose token it is. That of a network device is nobody's, and only admins manage those. */
async function lockPerson(
  tx: Tx,
  admin: UserAdmin,
  token: TokenListEntry,
): Promise<Target | undefined> {
  if (token.kind !== 'network_device') return lockTargetById(tx, admin, token.userId)
  assertAdmin(admin)
  await holdActor(tx, admin)
  return undefined
}

async function deviceOf(tx: Tx, admin: UserAdmin, id: number | null): Promise<Device> {
  if (id === null) throw new Error('A token of a network device names none.')
  return lockDevice(tx, admin, id)
}
