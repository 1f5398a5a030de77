import type { CoreClient } from '../core-client.js'
import {
  EmptyReply,
  ResetBody,
  ResetRequestBody,
  ResetStartBody,
  ResetStartReply,
} from './contract.js'
import type { SessionCookie } from './cookies.js'
import { post, type Route } from './routes.js'

const tag = 'Password reset'

export function passwordResetRoutes(core: CoreClient, cookie: SessionCookie): Route[] {
  return [
    post(
      '/password-reset/request',
      {
        tag,
        summary: 'Ask for a link by mail; answers alike whether or not there is such an account',
        body: ResetRequestBody,
        reply: EmptyReply,
        quota: 'reset_requests',
      },
      ({ email }, { caller }) => core.requestPasswordReset(email, caller),
    ),

    post(
      '/password-reset/start',
      {
        tag,
        summary: 'Open a session for the token of a mailed link',
        body: ResetStartBody,
        reply: ResetStartReply,
        sets: cookie,
        refusals: [401, 403],
        isGuess: true,
      },
      async ({ token }, { caller, res }) => {
        const reply = await core.startPasswordReset(token, caller)
        cookie.set(res, reply.session_secret, reply.deadline_timestamp)
        return reply
      },
    ),

    post(
      '/password-reset/reset',
      {
        tag,
        summary: "Set a new password, which ends the person's logins",
        body: ResetBody,
        reply: EmptyReply,
        session: cookie,
        sets: cookie,
        refusals: [400],
        attempts: 'password_reset',
      },
      async ({ password }, { session, caller, res }) => {
        const reply = await core.resetPassword(session, password, caller)
        cookie.remove(res)
        return reply
      },
    ),
  ]
}
