import { type Token, TokenState } from '@defguard/proto/admin/v1/enrollments'
import { type User, UserState } from '@defguard/proto/admin/v1/users'
import { facts } from './table.js'
import { toLocalTime, toRfc3339 } from './timestamps.js'
import { linkMailWords, toLinkMailJson } from './tokens.js'
import { wordOf } from './words.js'

export function toUserJson(user: User) {
  return {
    id: user.id,
    username: user.username,
    email: user.email,
    first_name: user.first_name,
    last_name: user.last_name,
    phone: user.phone ?? null,
    language: user.language ?? null,
    state: wordOf(UserState, user.state),
    is_active: user.is_active,
    enrolled: user.enrolled,
    groups: user.groups,
    invitation: user.invitation ? toInvitationStateJson(user.invitation) : null,
  }
}

function toInvitationStateJson(token: Token) {
  return {
    id: token.id,
    state: wordOf(TokenState, token.state),
    expires_at: toRfc3339(token.expires_timestamp),
    deadline: token.deadline_timestamp === undefined ? null : toRfc3339(token.deadline_timestamp),
    ...toLinkMailJson(token),
  }
}

export function userFacts(user: User) {
  return facts({
    Id: user.id,
    Username: user.username,
    Name: `${user.first_name} ${user.last_name}`,
    'E-mail': user.email,
    Phone: user.phone,
    Language: user.language,
    State: wordOf(UserState, user.state),
    Groups: user.groups.join(', '),
    Created: toLocalTime(user.created_timestamp),
    Enrolled:
      user.activated_timestamp === undefined ? undefined : toLocalTime(user.activated_timestamp),
    Invitation: user.invitation && invitationWords(user.invitation),
    'Its mail': user.invitation && linkMailWords(user.invitation),
  })
}

/** How far an invitation is, and until when where time runs. */
export function invitationWords(token: Token): string {
  switch (token.state) {
    case TokenState.OPEN:
      return `open until ${toLocalTime(token.expires_timestamp)}`
    case TokenState.IN_PROGRESS:
      return `in progress until ${toLocalTime(token.deadline_timestamp ?? 0)}`
    default:
      return wordOf(TokenState, token.state)
  }
}
