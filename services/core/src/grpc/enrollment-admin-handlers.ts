import type {
  EnrollmentAdminServiceServer,
  TokenReference as ReferenceMessage,
} from '@defguard/proto/admin/v1/enrollments'
import type { EnrollmentAdmin, TokenReference } from '../app/enrollment-admin.js'
import type { EnrollmentWatch } from '../app/enrollment-watch.js'
import type { AdminCalls } from './admin-calls.js'
import { toEvent } from './enrollment-event-messages.js'
import { toInvitation, toInvitationOptions } from './invitation-messages.js'
import { toPageRequest } from './page-messages.js'
import { TOKEN_KINDS, TOKEN_STATES, toToken } from './token-messages.js'
import { keyOf } from './wire-enums.js'

export interface EnrollmentAdminUseCases {
  readonly enrollments: EnrollmentAdmin
  readonly watch: EnrollmentWatch
}

export function enrollmentAdminHandlers(
  calls: AdminCalls,
  { enrollments, watch }: EnrollmentAdminUseCases,
): EnrollmentAdminServiceServer {
  return {
    issueEnrollment: calls.admin('people', async ({ username, options }, admin) => {
      const how = toInvitationOptions(options)
      return {
        invitation: toInvitation(await enrollments.issue(admin, username, 'enrollment', how)),
      }
    }),

    issueDesktopActivation: calls.admin('people', async ({ username, options }, admin) => {
      const how = toInvitationOptions(options)
      const invitation = await enrollments.issue(admin, username, 'desktop_activation', how)
      return { invitation: toInvitation(invitation) }
    }),

    listTokens: calls.admin('readPeople', async ({ page, state, kind, username }) => {
      const filter = { state: keyOf(TOKEN_STATES, state), kind: keyOf(TOKEN_KINDS, kind), username }
      const list = await enrollments.list(filter, toPageRequest(page))
      return { tokens: list.items.map(toToken), next_page_token: list.nextPageToken }
    }),

    revokeToken: calls.admin('people', async ({ token }, admin) => ({
      token: toToken(await enrollments.revoke(admin, toReference(token))),
    })),

    resendToken: calls.admin('people', async ({ token }, admin) => ({
      invitation: toInvitation(await enrollments.resend(admin, toReference(token))),
    })),

    watchEnrollments: calls.adminStream('readPeople', async function* ({ cursor }, _admin, caller) {
      for await (const { cursor: here, event } of watch.follow(cursor, caller)) {
        yield { cursor: here, event: event && toEvent(event) }
      }
    }),
  }
}

function toReference(reference: ReferenceMessage | undefined): TokenReference {
  return reference?.id === undefined
    ? { username: reference?.username ?? '' }
    : { id: reference.id }
}
