import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { type Role, roleOf } from './certificate-role.js'
import { readNamedFile } from './env.js'

/** A file, and the variable that an operator named it with. */
export interface NamedFile {
  readonly variable: string
  readonly path: string
}

/** Where a process has its certificate and key, and the CA that the other side's must come from. */
export interface TlsFiles {
  /** What the certificate must say of its holder. */
  readonly role: Role
  readonly cert: NamedFile
  readonly key: NamedFile
  readonly ca: NamedFile
}

/** What the files hold: whole, matching, and good at the moment they were read. */
export interface TlsMaterial {
  /** PEM texts, as TLS takes them. */
  readonly cert: Buffer
  readonly key: Buffer
  readonly ca: Buffer
  readonly certificate: X509Certificate
  /** Several while one CA takes over from another. */
  readonly authorities: readonly X509Certificate[]
}

export type TlsContents = Pick<TlsMaterial, 'cert' | 'key' | 'ca'>

/** What a certificate must be good for, by who shows it; core asks its own health as a client. */
const USAGE_OF_ROLE = {
  core: { oid: '1.3.6.1.5.5.7.3.1', name: 'serverAuth' },
  proxy: { oid: '1.3.6.1.5.5.7.3.2', name: 'clientAuth' },
  admin: { oid: '1.3.6.1.5.5.7.3.2', name: 'clientAuth' },
} as const satisfies Record<Role, object>

/** @throws Error with a sentence that names the variable */
export function readTlsFiles(files: TlsFiles, now: Date): TlsMaterial {
  return parseTls(files, readContents(files), now)
}

/** @throws Error with a sentence that names the variable */
export function readContents({ cert, key, ca }: TlsFiles): TlsContents {
  return { cert: read(cert), key: read(key), ca: read(ca) }
}

/**
 * Takes the three for good only if TLS will work with them. The sentences never repeat a content.
 * @throws Error with a sentence that names the variable
 */
export function parseTls(files: TlsFiles, contents: TlsContents, now: Date): TlsMaterial {
  const [certificate] = parseCertificates(files.cert, contents.cert)
  const key = parseKey(files.key, contents.key)
  const authorities = parseCertificates(files.ca, contents.ca)
  if (!certificate.checkPrivateKey(key))
    throw new Error(
      `${files.key.variable} is not the key of the certificate in ${files.cert.variable}.`,
    )
  assertDates(files.cert, certificate, now)
  if (!authorities.every(({ ca }) => ca))
    throw new Error(`${files.ca.variable} must name certificates of CAs only: ${files.ca.path}.`)
  const issuer = issuerOf(certificate, authorities)
  if (!issuer)
    throw new Error(
      `${files.cert.variable} names a certificate that is not of the CA in ${files.ca.variable}.`,
    )
  assertDates(files.ca, issuer, now)
  assertRole(files, certificate)
  return { ...contents, certificate, authorities }
}

/** The CA that has signed a certificate; undefined if it is none of these. */
export function issuerOf(
  certificate: X509Certificate,
  authorities: readonly X509Certificate[],
): X509Certificate | undefined {
  return authorities.find(
    (authority) => certificate.checkIssued(authority) && certificate.verify(authority.publicKey),
  )
}

export function isWithinDates(
  { validFromDate, validToDate }: Pick<X509Certificate, 'validFromDate' | 'validToDate'>,
  now: Date,
): boolean {
  return now >= validFromDate && now < validToDate
}

function read(file: NamedFile): Buffer {
  const content = readNamedFile(file.variable, file.path)
  if (content.length === 0) throw new Error(`${file.variable} names an empty file: ${file.path}.`)
  return content
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

function parseCertificates(file: NamedFile, pem: Buffer): [X509Certificate, ...X509Certificate[]] {
  try {
    const [first, ...rest] = pem.toString('latin1').match(CERTIFICATE) ?? []
    if (first === undefined) throw new Error('no PEM block')
    return [new X509Certificate(first), ...rest.map((text) => new X509Certificate(text))]
  } catch {
    throw new Error(`${file.variable} must name a file with a certificate (PEM): ${file.path}.`)
  }
}

function parseKey(file: NamedFile, pem: Buffer): KeyObject {
  try {
    return createPrivateKey(pem)
  } catch {
    throw new Error(
      `${file.variable} must name a file with a private key (PEM, without a passphrase): ${file.path}.`,
    )
  }
}

function assertDates(file: NamedFile, certificate: X509Certificate, now: Date): void {
  const { validFromDate, validToDate } = certificate
  if (now < validFromDate)
    throw new Error(
      `${file.variable} names a certificate that is not valid before ${validFromDate.toISOString()}: ${file.path}.`,
    )
  if (!isWithinDates(certificate, now))
    throw new Error(
      `${file.variable} names a certificate that expired at ${validToDate.toISOString()}: ${file.path}.`,
    )
}

function assertRole({ role, cert }: TlsFiles, certificate: X509Certificate): void {
  const found = roleOf(certificate)
  if (found !== role)
    throw new Error(
      `${cert.variable} names a certificate ${found ? `for the role ${found}` : 'without a role'}; the role ${role} is needed: ${cert.path}.`,
    )
  const { oid, name } = USAGE_OF_ROLE[role]
  const { keyUsage } = certificate
  if (keyUsage && !keyUsage.includes(oid))
    throw new Error(
      `${cert.variable} names a certificate that is not made for ${name}: ${cert.path}.`,
    )
}
