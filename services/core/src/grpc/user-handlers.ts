import {
  type User as UserMessage,
  type UserServiceServer,
  UserState,
} from '@defguard/proto/admin/v1/users'
import type { MfaReset } from '../app/mfa-reset.js'
import type { Passwords } from '../app/passwords.js'
import type { UserChange, UserChanges, UserField } from '../app/user-changes.js'
import type { UserImport } from '../app/user-import.js'
import type { ChangedUser, UserLife } from '../app/user-life.js'
import type { UserView } from '../app/user-views.js'
import type { Users } from '../app/users.js'
import { type UserState as State, stateOfUser } from '../domain/user.js'
import type { AdminCalls } from './admin-calls.js'
import { toImportParts, toImportResponse } from './import-messages.js'
import { toInvitation, toInvitationOptions } from './invitation-messages.js'
import { toPageRequest } from './page-messages.js'
import { toUnixSeconds } from './timestamps.js'
import { toToken } from './token-messages.js'
import { parseMask } from './update-mask.js'
import { keyOf } from './wire-enums.js'

const STATES: Readonly<Record<State, UserState>> = {
  pending: UserState.PENDING,
  active: UserState.ACTIVE,
  disabled: UserState.DISABLED,
}

/** Which field of the message is which of ours; also the list of paths a mask may name. */
const FIELDS = {
  username: 'username',
  email: 'email',
  first_name: 'firstName',
  last_name: 'lastName',
  phone: 'phone',
  language: 'language',
  groups: 'groups',
  is_active: 'isActive',
} as const satisfies Partial<Record<keyof UserMessage, UserField>>

export interface UserUseCases {
  readonly users: Users
  readonly userImport: UserImport
  readonly userChanges: UserChanges
  readonly userLife: UserLife
  readonly passwords: Passwords
  readonly mfaReset: MfaReset
}

export function userHandlers(
  calls: AdminCalls,
  { users, userImport, userChanges, userLife, passwords, mfaReset }: UserUseCases,
): UserServiceServer {
  return {
    createUser: calls.admin('people', async (request, admin) => {
      const { user, invitation } = await users.create(admin, {
        requestId: request.request_id,
        username: request.username,
        email: request.email,
        firstName: request.first_name,
        lastName: request.last_name,
        phone: request.phone,
        language: request.language,
        groups: request.groups,
        password: request.password,
        invitation: request.invitation && toInvitationOptions(request.invitation),
      })
      return { user: toUser(user), invitation: invitation && toInvitation(invitation) }
    }),

    getUser: calls.admin('readPeople', async ({ username }) => ({
      user: toUser(await users.get(username)),
    })),

    listUsers: calls.admin('readPeople', async ({ page, state, search }) => {
      const list = await users.list({ state: keyOf(STATES, state), search }, toPageRequest(page))
      return { users: list.items.map(toUser), next_page_token: list.nextPageToken }
    }),

    checkUsername: calls.admin('readPeople', async ({ username }) => ({
      problem: await users.problemOf(username),
    })),

    updateUser: calls.admin('people', async ({ username, user, update_mask }, admin) => {
      const fields = parseMask(update_mask, FIELDS)
      return toChanged(await userChanges.update(admin, username, toChange(user), fields))
    }),

    disableUser: calls.admin('people', async ({ username }, admin) =>
      toChanged(await userLife.disable(admin, username)),
    ),

    enableUser: calls.admin('people', async ({ username }, admin) => ({
      user: toUser(await userLife.enable(admin, username)),
    })),

    deleteUser: calls.admin('people', async ({ username, take_over_tokens }, admin) => {
      const issued = take_over_tokens ? 'take_over' : 'revoke'
      const { revoked, takenOver } = await userLife.delete(admin, username, issued)
      return { revoked_tokens: revoked.map(toToken), taken_over_tokens: takenOver.map(toToken) }
    }),

    setPassword: calls.admin('credentials', async ({ username, password }, admin) => ({
      user: toUser(await passwords.set(admin, username, password)),
    })),

    resetMfa: calls.admin('credentials', async ({ username }, admin) => ({
      user: toUser(await mfaReset.reset(admin, username)),
    })),

    importUsers: calls.adminDuplex('people', async function* (requests, admin) {
      for await (const result of userImport.run(admin, toImportParts(requests)))
        yield toImportResponse(result)
    }),
  }
}

function toChange(user: UserMessage | undefined): UserChange {
  return {
    username: user?.username ?? '',
    email: user?.email ?? '',
    firstName: user?.first_name ?? '',
    lastName: user?.last_name ?? '',
    phone: user?.phone,
    language: user?.language,
    groups: user?.groups ?? [],
    isActive: user?.is_active ?? false,
  }
}

function toChanged({ user, revoked }: ChangedUser) {
  return { user: toUser(user), revoked_tokens: revoked.map(toToken) }
}

function toUser(user: UserView): UserMessage {
  return {
    id: user.id,
    username: user.username,
    email: user.email,
    first_name: user.firstName,
    last_name: user.lastName,
    phone: user.phone ?? undefined,
    language: user.language ?? undefined,
    state: STATES[stateOfUser(user)],
    is_active: user.isActive,
    enrolled: user.passwordHash !== null,
    groups: user.groups.map((group) => group.name),
    created_timestamp: toUnixSeconds(user.createdAt),
    activated_timestamp: user.activatedAt ? toUnixSeconds(user.activatedAt) : undefined,
    invitation: user.invitation && toToken(user.invitation),
  }
}
