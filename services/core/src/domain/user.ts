import type { Violation } from './errors.js'
import { DomainError } from './errors.js'
import { isLanguage, LANGUAGES, type Language } from './language.js'

export type Role = 'none' | 'auditor' | 'user_admin' | 'admin'
export type UserState = 'pending' | 'active' | 'disabled'

/** From the weakest to the strongest; a person's role is the strongest of their groups'. */
export const ROLES: readonly Role[] = ['none', 'auditor', 'user_admin', 'admin']

export function strongestOf(roles: readonly Role[]): Role {
  return ROLES.findLast((role) => roles.includes(role)) ?? 'none'
}

export function isWeaker(role: Role, than: Role): boolean {
  return ROLES.indexOf(role) < ROLES.indexOf(than)
}

export interface UserProfile {
  readonly username: string
  readonly email: string
  readonly firstName: string
  readonly lastName: string
  readonly phone: string | null
  readonly language: Language | null
}

export function stateOfUser(user: { isActive: boolean; passwordHash: string | null }): UserState {
  if (!user.isActive) return 'disabled'
  return user.passwordHash === null ? 'pending' : 'active'
}

export interface ProfileInput {
  readonly username: string
  readonly email: string
  readonly firstName: string
  readonly lastName: string
  readonly phone?: string | undefined
  readonly language?: string | undefined
}

/** A profile as an admin typed it, checked and trimmed; every problem is added to `violations`. */
export function parseProfile(input: ProfileInput, violations: Violation[]): UserProfile {
  const refuse = (field: string, message: string) => void violations.push({ field, message })
  const username = input.username.trim()
  if (!isUsername(username)) refuse('username', USERNAME_RULE)
  const email = parseEmail(input.email)
  if (email === undefined) refuse('email', EMAIL_RULE)
  const firstName = parseName(input.firstName)
  if (firstName === undefined) refuse('first_name', NAME_RULE)
  const lastName = parseName(input.lastName)
  if (lastName === undefined) refuse('last_name', NAME_RULE)
  const phone = input.phone?.trim() || null
  if (phone !== null && !isPhone(phone)) refuse('phone', 'must be a telephone number')
  const language = input.language || null
  if (language !== null && !isLanguage(language)) {
    refuse('language', `must be one of ${LANGUAGES.join(', ')}`)
  }
  return {
    username,
    email: email ?? '',
    firstName: firstName ?? '',
    lastName: lastName ?? '',
    phone,
    language: language as Language | null,
  }
}

export const USERNAME_RULE =
  'must be 1 to 63 of A-Z a-z 0-9 . _ -, and begin with a letter or a digit'

export function isUsername(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(text)
}

export const EMAIL_RULE = 'must be an e-mail address of at most 254 characters'

/** Nothing that only quotes may hold, that ends an address in a header, or that cannot be seen. */
const ATOM = String.raw`[^\s@\p{C}<>()[\]\\,;:"]+`
const QUOTED = String.raw`"[^\s@\p{C}<>\\"]+"`
const LITERAL = String.raw`\[[\p{L}\d:.]+\]`
const EMAIL = new RegExp(`^(?:${ATOM}|${QUOTED})@(?:${ATOM}|${LITERAL})$`, 'u')

/** Trimmed; one `@` with text on both sides, no white space or control characters, at most 254. */
export function parseEmail(text: string): string | undefined {
  const email = text.trim()
  return email.length <= 254 && EMAIL.test(email) ? email : undefined
}

const NAME_RULE = 'must be 1 to 100 characters, without control characters'

/** Trimmed, NFC, 1–100 code points, no control characters. */
export function parseName(text: string): string | undefined {
  const name = text.trim().normalize('NFC')
  return name !== '' && [...name].length <= 100 && !/\p{Cc}/u.test(name) ? name : undefined
}

function isPhone(text: string): boolean {
  return /^[\d +()./-]{1,64}$/.test(text) && /\d/.test(text)
}

/**
 * A number that a person sent with their first password; undefined keeps the one on record. Lenient
 * on purpose: desktop 1.6 ignores the answer, so a refusal leaves a person silently unactivated.
 * @throws DomainError `invalid_phone`
 */
export function parseNewPhone(text: string | undefined): string | undefined {
  const phone = text?.trim()
  if (!phone) return undefined
  if (!isPhone(phone)) throw new DomainError('invalid_phone')
  return phone
}
