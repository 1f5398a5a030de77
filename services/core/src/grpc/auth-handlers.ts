import type { AuthServiceServer } from '@defguard/proto/admin/v1/auth'
import type { Auth } from '../app/auth.js'
import type { OwnDevices } from '../app/own-devices.js'
import type { OwnSecondFactor } from '../app/own-second-factor.js'
import type { Passwords } from '../app/passwords.js'
import type { AdminCalls } from './admin-calls.js'
import { toDevice } from './device-messages.js'
import { toInvitation, toLife } from './invitation-messages.js'
import { toPageRequest } from './page-messages.js'
import { toUnixSeconds } from './timestamps.js'
import type { Calls } from './unary.js'

export interface AuthUseCases {
  readonly auth: Auth
  readonly passwords: Passwords
  readonly ownSecondFactor: OwnSecondFactor
  readonly ownDevices: OwnDevices
}

export function authHandlers(
  calls: Calls,
  mine: AdminCalls,
  { auth, passwords, ownSecondFactor, ownDevices }: AuthUseCases,
): AuthServiceServer {
  return {
    login: calls.direct(async ({ login, password, code }, caller) => {
      const session = await auth.login({ login, password, code: code ?? '' }, caller)
      return {
        session_secret: session.sessionSecret,
        expires_timestamp: toUnixSeconds(session.expiresAt),
        username: session.username,
        mfa_setup_required: session.isFactorMissing,
      }
    }),

    logout: mine.admin('begin', async (_request, admin) => {
      await auth.logout(admin)
      return {}
    }),

    logoutEverywhere: mine.admin('own', async (_request, person) => {
      await auth.logoutEverywhere(person)
      return {}
    }),

    changePassword: mine.admin('own', async ({ old_password, new_password }, person) => {
      await passwords.change(person, old_password, new_password)
      return {}
    }),

    whoAmI: mine.whoever(async (_request, identity) => ({
      user_id: identity.userId,
      username: identity.username,
      name: `${identity.firstName} ${identity.lastName}`,
      role: identity.role,
      expires_timestamp: toUnixSeconds(identity.expiresAt),
      api_token: identity.apiToken?.name,
      scopes: [...(identity.apiToken?.scopes ?? [])],
      second_factors: [
        ...(identity.hasTotp ? ['totp'] : []),
        ...(identity.mfaEmail ? ['email'] : []),
      ],
      mfa_setup_required: identity.isFactorMissing,
    })),

    setupTotp: mine.admin('begin', async ({ password, code }, person) => {
      const { secret, uri } = await ownSecondFactor.setUpTotp(person, {
        password,
        code: code ?? '',
      })
      return { totp_secret: secret, key_uri: uri }
    }),

    finishTotp: mine.admin('begin', async ({ code }, person) => ({
      recovery_codes: await ownSecondFactor.finishTotp(person, code),
    })),

    regenerateRecoveryCodes: mine.admin('own', async ({ code }, person) => ({
      recovery_codes: await ownSecondFactor.replaceRecoveryCodes(person, code ?? ''),
    })),

    listOwnDevices: mine.admin('own', async ({ page }, person) => {
      const list = await ownDevices.list(person, toPageRequest(page))
      return { devices: list.items.map(toDevice), next_page_token: list.nextPageToken }
    }),

    removeOwnDevice: mine.admin('own', async ({ id }, person) => {
      await ownDevices.remove(person, id)
      return {}
    }),

    issueOwnDesktopActivation: mine.admin('own', async ({ expires_in_seconds }, person) => {
      const life = toLife(expires_in_seconds)
      return { invitation: toInvitation(await ownDevices.issueDesktopActivation(person, life)) }
    }),
  }
}
