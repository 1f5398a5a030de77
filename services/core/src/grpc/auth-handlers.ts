import type { AuthServiceServer } from '@defguard/proto/admin/v1/auth'
import type { Auth } from '../app/auth.js'
import type { OwnDevices } from '../app/own-devices.js'
import type { Passwords } from '../app/passwords.js'
import { toDevice } from './device-messages.js'
import { toInvitation, toLife } from './invitation-messages.js'
import { toPageRequest } from './page-messages.js'
import { toUnixSeconds } from './timestamps.js'
import type { Calls } from './unary.js'

export interface AuthUseCases {
  readonly auth: Auth
  readonly passwords: Passwords
  readonly ownDevices: OwnDevices
}

export function authHandlers(
  calls: Calls,
  { auth, passwords, ownDevices }: AuthUseCases,
): AuthServiceServer {
  return {
    login: calls.direct(async ({ login, password, code }, caller) => {
      const session = await auth.login({ login, password, code: code ?? '' }, caller)
      return {
        session_secret: session.sessionSecret,
        expires_timestamp: toUnixSeconds(session.expiresAt),
        username: session.username,
      }
    }),

    logout: calls.admin('anyone', async (_request, admin) => {
      await auth.logout(admin)
      return {}
    }),

    logoutEverywhere: calls.admin('anyone', async (_request, person) => {
      await auth.logoutEverywhere(person)
      return {}
    }),

    changePassword: calls.admin('anyone', async ({ old_password, new_password }, person) => {
      await passwords.change(person, old_password, new_password)
      return {}
    }),

    whoAmI: calls.direct(async (_request, _caller, bearer) => {
      const session = await auth.find(bearer)
      return {
        user_id: session.userId,
        username: session.username,
        name: `${session.firstName} ${session.lastName}`,
        role: session.role,
        expires_timestamp: toUnixSeconds(session.expiresAt),
      }
    }),

    listOwnDevices: calls.admin('anyone', async ({ page }, person) => {
      const list = await ownDevices.list(person, toPageRequest(page))
      return { devices: list.items.map(toDevice), next_page_token: list.nextPageToken }
    }),

    removeOwnDevice: calls.admin('anyone', async ({ id }, person) => {
      await ownDevices.remove(person, id)
      return {}
    }),

    issueOwnDesktopActivation: calls.admin('anyone', async ({ expires_in_seconds }, person) => {
      const life = toLife(expires_in_seconds)
      return { invitation: toInvitation(await ownDevices.issueDesktopActivation(person, life)) }
    }),
  }
}
