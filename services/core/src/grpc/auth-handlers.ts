import type { AuthServiceServer } from '@defguard/proto/admin/v1/auth'
import type { Auth } from '../app/auth.js'
import { toUnixSeconds } from './timestamps.js'
import type { Calls } from './unary.js'

export function authHandlers(calls: Calls, auth: Auth): AuthServiceServer {
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
  }
}
