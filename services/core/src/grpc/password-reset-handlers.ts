import type { PasswordResetServiceServer } from '@defguard/proto/enrollment/v1/password_reset'
import type { NewPassword } from '../app/new-password.js'
import type { PasswordReset } from '../app/password-reset.js'
import { toUnixSeconds } from './timestamps.js'
import type { Calls } from './unary.js'

export interface PasswordResetUseCases {
  readonly passwordReset: PasswordReset
  readonly newPassword: NewPassword
}

/** What the proxy may call for people who forgot their password. */
export function passwordResetHandlers(
  calls: Calls,
  app: PasswordResetUseCases,
): PasswordResetServiceServer {
  return {
    requestPasswordReset: calls.unary(async ({ email }, caller) => {
      await app.passwordReset.request(email, caller)
      return {}
    }),

    startPasswordReset: calls.unary(async ({ token }, caller) => {
      const { sessionSecret, sessionDeadline } = await app.passwordReset.start(token, caller)
      return {
        session_secret: sessionSecret,
        deadline_timestamp: toUnixSeconds(sessionDeadline),
      }
    }),

    resetPassword: calls.unary(async ({ session_secret, password }, caller) => {
      await app.newPassword.set(session_secret, password, caller)
      return {}
    }),
  }
}
