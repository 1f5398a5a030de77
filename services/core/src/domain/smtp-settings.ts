import { X509Certificate } from 'node:crypto'
import type { Violation } from './errors.js'

export const SMTP_TIMEOUT_S = { min: 1, default: 15, max: 60 } as const

const CA_MAX_LENGTH = 64 * 1024
const PEM_BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----[^-]*-----END \1-----/g

/** What is wrong with certificates as PEM text; text between them, as `openssl` writes it, is fine. */
export function certificatesProblem(text: string): string | undefined {
  if (text.length > CA_MAX_LENGTH) return 'must be at most 64 KiB'
  const blocks = [...text.matchAll(PEM_BLOCK)]
  const areCertificates = blocks.every(([, label]) => label === 'CERTIFICATE')
  // Whoever may read the settings reads this, so a key must not get here by mistake.
  if (!areCertificates || text.includes('PRIVATE KEY'))
    return 'must hold certificates only, and no private key'
  if (blocks.length === 0) return 'must be a certificate as PEM text'
  const unreadable = blocks.findIndex(([block]) => !isCertificate(block))
  return unreadable === -1 ? undefined : `certificate ${unreadable + 1} cannot be read`
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0
  } catch {
    return false
  }
}

/** What is wrong with the name or the password of a login. */
export function loginProblem(text: string): string | undefined {
  return text !== '' && [...text].length <= 255 && !/\p{Cc}/u.test(text)
    ? undefined
    : 'must be 1 to 255 characters, without control characters'
}

/** A login is whole or absent: with one half a server would be told to let everybody in, or nobody. */
export function loginViolations(login: { hasUser: boolean; hasPassword: boolean }): Violation[] {
  if (login.hasUser === login.hasPassword) return []
  const [missing, other] = login.hasUser
    ? ['smtp_password', 'smtp_user']
    : ['smtp_user', 'smtp_password']
  return [{ field: missing, message: `must be set, and cleared, together with ${other}` }]
}
