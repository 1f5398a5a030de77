import { judgeToken } from '../crypto/token-checksum.js'
import { deadEnd } from './dead-end.js'
import type { Flow, Invited } from './flow.js'

/** What the token of a link opens; what it is for can be seen without asking anybody. */
export function openedLink(token: string | undefined): Flow {
  if (token === undefined) return invited(token)
  switch (judgeToken(token)) {
    case 'password_reset':
      return { phase: 'other_link', purpose: 'password_reset', token }
    case 'network_device':
      return { phase: 'other_link', purpose: 'network_device', token }
    case 'other_kind':
      return deadEnd('wrong_token_kind', token)
    case 'enrollment':
    case 'desktop_activation':
    case 'mistyped': // the first page says so
    case 'foreign': // core knows best
      return invited(token)
  }
}

export function invited(token: string | undefined): Invited {
  return { phase: 'invited', page: 'landing', token, how: undefined }
}
