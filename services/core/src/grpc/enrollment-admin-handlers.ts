import {
  type EnrollmentAdminServiceServer,
  type TokenReference as ReferenceMessage,
  TokenKind,
  type Token as TokenMessage,
  TokenState,
} from '@defguard/proto/admin/v1/enrollments'
import type { EnrollmentAdmin, TokenReference, TokenView } from '../app/enrollment-admin.js'
import type { TokenKind as Kind, TokenState as State } from '../domain/enrollment-token.js'
import { toInvitation, toInvitationOptions } from './invitation-messages.js'
import { toPageRequest } from './page-messages.js'
import { toUnixSeconds } from './timestamps.js'
import type { Calls } from './unary.js'

const KINDS: Readonly<Record<Kind, TokenKind>> = {
  enrollment: TokenKind.ENROLLMENT,
  desktop_activation: TokenKind.DESKTOP_ACTIVATION,
  network_device: TokenKind.NETWORK_DEVICE,
}

const STATES: Readonly<Record<State, TokenState>> = {
  open: TokenState.OPEN,
  in_progress: TokenState.IN_PROGRESS,
  activated: TokenState.ACTIVATED,
  over: TokenState.OVER,
  expired: TokenState.EXPIRED,
  revoked: TokenState.REVOKED,
}

export function enrollmentAdminHandlers(
  calls: Calls,
  enrollments: EnrollmentAdmin,
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
      const filter = { state: keyOf(STATES, state), kind: keyOf(KINDS, kind), username }
      const list = await enrollments.list(filter, toPageRequest(page))
      return { tokens: list.items.map(toToken), next_page_token: list.nextPageToken }
    }),

    revokeToken: calls.admin('people', async ({ token }, admin) => ({
      token: toToken(await enrollments.revoke(admin, toReference(token))),
    })),

    resendToken: calls.admin('people', async ({ token }, admin) => ({
      invitation: toInvitation(await enrollments.resend(admin, toReference(token))),
    })),
  }
}

function toReference(reference: ReferenceMessage | undefined): TokenReference {
  return reference?.id === undefined
    ? { username: reference?.username ?? '' }
    : { id: reference.id }
}

function toToken(token: TokenView): TokenMessage {
  return {
    id: token.id,
    kind: KINDS[token.kind],
    user: token.username,
    state: STATES[token.state],
    issued_by: token.issuerUsername ?? undefined,
    issued_timestamp: toUnixSeconds(token.issuedAt),
    expires_timestamp: toUnixSeconds(token.expiresAt),
    deadline_timestamp: token.sessionDeadline ? toUnixSeconds(token.sessionDeadline) : undefined,
    mail: token.mailState ?? undefined,
  }
}

/** The word of a wire value; undefined for "unspecified". */
function keyOf<Key extends string, Value>(
  table: Readonly<Record<Key, Value>>,
  value: Value,
): Key | undefined {
  return (Object.keys(table) as Key[]).find((key) => table[key] === value)
}
