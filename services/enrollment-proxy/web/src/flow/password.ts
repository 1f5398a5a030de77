/*
 * The rules of API §7 that need no word list, so that a person sees them while typing. Core decides.
 */

const LENGTH_MIN = 8
const LENGTH_MAX = 128
const PERSONAL_LETTERS_MIN = 4

/** Whose password it is to be, as far as the page knows. */
export interface PasswordOwner {
  readonly firstName?: string
  readonly lastName?: string
  readonly login?: string
  readonly email?: string
  readonly instanceName?: string | undefined
}

export interface PasswordRules {
  readonly isLongEnough: boolean
  readonly isShortEnough: boolean
  readonly isImpersonal: boolean
}

export function checkPassword(password: string, owner: PasswordOwner): PasswordRules {
  const length = [...password].length
  return {
    isLongEnough: length >= LENGTH_MIN,
    isShortEnough: length <= LENGTH_MAX,
    isImpersonal: !personalWords(owner).has(withoutDecoration(password.toLowerCase())),
  }
}

const REFUSALS = [
  'password_too_short',
  'password_too_long',
  'password_common',
  'password_personal',
] as const

/** Why core refuses a password. */
export type PasswordRefusal = (typeof REFUSALS)[number]

export function isPasswordRefusal(reason: string | undefined): reason is PasswordRefusal {
  return REFUSALS.some((refusal) => refusal === reason)
}

export type Strength = 'weak' | 'fair' | 'good' | 'strong'

/**
 * A guess in bits: each character counts by the alphabet it is from, little when it repeats or
 * continues the one before, and a personal word counts as one character. Encourages, never refuses.
 */
export function strengthOf(password: string, owner: PasswordOwner): Strength {
  const lowered = password.toLowerCase()
  const stripped = [...personalWords(owner)].reduce(
    (text, word) => text.replaceAll(word, '*'),
    lowered,
  )
  const characters = [...stripped]
  const surprises = characters.filter((character, at) => {
    const distance = (character.codePointAt(0) ?? 0) - (characters[at - 1]?.codePointAt(0) ?? -9)
    return Math.abs(distance) > 1
  }).length
  const counted = surprises + (characters.length - surprises) / 4
  const bits = counted * Math.log2(alphabetOf(password))
  if (bits < 45) return 'weak'
  if (bits < 65) return 'fair'
  return bits < 85 ? 'good' : 'strong'
}

function alphabetOf(password: string): number {
  let size = 2
  if (/\p{Ll}/u.test(password)) size += 24
  if (/\p{Lu}/u.test(password)) size += 26
  if (/\p{N}/u.test(password)) size += 10
  if (/[^\p{L}\p{N}]/u.test(password)) size += 20
  return size
}

function personalWords(owner: PasswordOwner): ReadonlySet<string> {
  const { firstName, lastName, login, email, instanceName } = owner
  const words = [firstName, lastName, login, email, email?.split('@')[0], instanceName]
    .map((word = '') => withoutDecoration(word.toLowerCase()))
    .filter((word) => word.replace(/[^\p{L}]/gu, '').length >= PERSONAL_LETTERS_MIN)
  return new Set(words)
}

function withoutDecoration(text: string): string {
  return text.replace(/^[\p{N}\p{P}\p{S}\s]+|[\p{N}\p{P}\p{S}\s]+$/gu, '')
}
