import type { CoreClient } from '../core-client.js'
import { ActivateUserBody, EmptyReply, EnrollmentReply, StartBody } from './contract.js'
import type { SessionCookie } from './cookies.js'
import { unexpectedAnswer } from './errors.js'
import { get, post, type Route } from './routes.js'

const tag = 'Enrollment'

export function enrollmentRoutes(core: CoreClient, cookie: SessionCookie): Route[] {
  return [
    post(
      '/enrollment/start',
      {
        tag,
        summary: 'Open a session for the token of a mailed link',
        body: StartBody,
        reply: EnrollmentReply,
        sets: cookie,
        refusals: [401, 403],
        isGuess: true,
      },
      async ({ token }, { caller, res }) => {
        const reply = await core.startEnrollment(token, caller)
        const { session_secret, enrollment } = reply
        if (!enrollment) throw unexpectedAnswer()
        cookie.set(res, session_secret, enrollment.deadline_timestamp)
        return enrollment
      },
    ),

    get(
      '/enrollment/session',
      {
        tag,
        summary: 'The enrollment of a session as it stands now',
        reply: EnrollmentReply,
        session: cookie,
      },
      async ({ session, caller }) => (await core.getSession(session, caller)).enrollment,
    ),

    post(
      '/enrollment/activate_user',
      {
        tag,
        summary: 'Set the first password, which activates the account',
        body: ActivateUserBody,
        reply: EmptyReply,
        session: cookie,
        refusals: [400],
        attempts: 'activation',
      },
      ({ password, phone_number: phone }, { session, caller }) =>
        core.activateUser(session, { password, phone: phone ?? undefined }, caller),
    ),
  ]
}
