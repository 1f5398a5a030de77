import type { Db } from '../db/database.js'
import * as tokenEntries from '../db/enrollment-token-entries.js'
import type { UserWithGroups } from '../db/users.js'
import * as users from '../db/users.js'
import { type TokenView, withState } from './token-views.js'

/** A person as admins see them, with their newest invitation. */
export type UserView = UserWithGroups & { readonly invitation: TokenView | undefined }

export async function viewsOf(
  db: Db,
  people: readonly UserWithGroups[],
  now: Date,
): Promise<UserView[]> {
  const invitations = await tokenEntries.findInvitationsOf(
    db,
    people.map(({ id }) => id),
  )
  const byUser = new Map(invitations.map((token) => [token.userId, withState(token, now)]))
  return people.map((person) => ({ ...person, invitation: byUser.get(person.id) }))
}

/** @throws when there is none: the caller holds their row */
export async function viewOf(db: Db, id: number, now: Date): Promise<UserView> {
  const [view] = await viewsOf(db, [await users.get(db, id)], now)
  if (!view) throw new Error('A person has no view.')
  return view
}
