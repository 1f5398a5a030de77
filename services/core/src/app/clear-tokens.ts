import { DomainError } from '../domain/errors.js'
import { isGranted } from '../domain/scope.js'
import type { LoggedIn } from './caller.js'

/**
 * Links and tokens in clear are for people: a program that issues them has them mailed, so that what it
 * logs or whoever steals its API token has none. The scope `enrollment:secret` lets it see them.
 */
export function maySeeTokens({ apiToken }: LoggedIn): boolean {
  return apiToken === undefined || isGranted(apiToken.scopes, 'enrollment:secret')
}

/** Refuses a token that would be in the reply and nowhere else. @throws DomainError `scope_missing` */
export function assertMaySeeTokens(by: LoggedIn, advice: string): void {
  if (maySeeTokens(by)) return
  const lack = `the API token "${by.apiToken?.name}" lacks the scope enrollment:secret`
  throw new DomainError('scope_missing', `${lack}, so it sees no link or token: ${advice}`)
}
