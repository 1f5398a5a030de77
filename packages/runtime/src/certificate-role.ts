import type { X509Certificate } from 'node:crypto'

/** Who the holder of a certificate is; the certificate says it in a URI among its names. */
export const ROLES = ['core', 'proxy', 'admin'] as const
export type Role = (typeof ROLES)[number]

const PREFIX = 'urn:defguard:role:'

export function roleUri(role: Role): string {
  return `${PREFIX}${role}`
}

/** The role of a certificate; undefined for one without, and for one that claims several. */
export function roleOf(certificate: Pick<X509Certificate, 'subjectAltName'>): Role | undefined {
  const claims = namesOf(certificate)
    .filter(({ type, value }) => type === 'URI' && value.startsWith(PREFIX))
    .map(({ value }) => value.slice(PREFIX.length))
  return claims.length === 1 ? ROLES.find((role) => role === claims[0]) : undefined
}

export interface AlternativeName {
  /** As OpenSSL calls it: `DNS`, `IP Address`, `URI`. */
  readonly type: string
  readonly value: string
}

// A name with a comma or a quote in it is written as a JSON string, so that it cannot pass for two.
const NAME = /(?:^|, )([\w ]+):("(?:[^"\\]|\\.)*"|[^",]*)/y

/** The names that a certificate is for. A text that is not what Node writes gives none at all. */
export function namesOf({
  subjectAltName: text = '',
}: Pick<X509Certificate, 'subjectAltName'>): AlternativeName[] {
  const names: AlternativeName[] = []
  NAME.lastIndex = 0
  while (NAME.lastIndex < text.length) {
    const [, type, value] = NAME.exec(text) ?? []
    if (type === undefined || value === undefined) return []
    names.push({ type, value: value.startsWith('"') ? JSON.parse(value) : value })
  }
  return names
}
