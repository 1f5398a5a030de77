import { dictionary } from '@zxcvbn-ts/language-common'
import { DomainError } from './errors.js'

export const PASSWORD_MAX_LENGTH = 128

/** Leaked passwords, most frequent first (about 49 000), as the rule of NIST SP 800-63B §5.1.1.2 wants. */
const COMMON: ReadonlySet<string> = new Set(dictionary['passwords-common'])

export interface PasswordOwner {
  readonly firstName: string
  readonly lastName: string
  readonly username: string
  readonly email: string
}

/**
 * Refuses a password that guessers try first; there are no rules about its characters. Length is
 * counted in Unicode code points as sent.
 * @throws DomainError `password_too_short`, `password_too_long`, `password_common`, `password_personal`
 */
export function assertPassword(
  password: string,
  owner: PasswordOwner,
  policy: { minLength: number; instanceName: string },
): void {
  const length = [...password].length
  if (length < policy.minLength) {
    throw new DomainError(
      'password_too_short',
      `password not strong enough: use at least ${policy.minLength} characters`,
    )
  }
  if (length > PASSWORD_MAX_LENGTH) throw new DomainError('password_too_long')
  const lowered = password.toLowerCase()
  if (COMMON.has(lowered)) throw new DomainError('password_common')
  if (personalWords(owner, policy.instanceName).has(withoutDecoration(lowered))) {
    throw new DomainError('password_personal')
  }
}

function personalWords(owner: PasswordOwner, instanceName: string): ReadonlySet<string> {
  const words = [
    owner.firstName,
    owner.lastName,
    owner.username,
    owner.email,
    owner.email.split('@')[0] ?? '',
    instanceName,
  ].map((word) => withoutDecoration(word.toLowerCase()))
  return new Set(words.filter((word) => word.replace(/[^\p{L}]/gu, '').length >= 4))
}

/** What remains after stripping digits, punctuation and white space at both ends. */
function withoutDecoration(text: string): string {
  return text.replace(/^[\p{N}\p{P}\p{S}\s]+|[\p{N}\p{P}\p{S}\s]+$/gu, '')
}

/** What is hashed: the same password typed on another keyboard must be the same bytes (NFKC). */
export function canonicalPassword(password: string): string {
  return password.normalize('NFKC')
}
