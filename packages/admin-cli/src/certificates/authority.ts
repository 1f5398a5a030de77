import 'reflect-metadata' // which @peculiar/x509 looks for while it loads
import { createPrivateKey, randomBytes, X509Certificate } from 'node:crypto'
import { type AlternativeName, type Role, roleUri } from '@defguard/runtime/certificate-role'
import * as x509 from '@peculiar/x509'

/** A certificate and its private key, as PEM. The key is a secret. */
export interface Pair {
  readonly cert: string
  readonly key: string
}

export interface LeafOptions {
  readonly role: Role
  /** Of the holder, for people who read logs. */
  readonly name: string
  readonly names: readonly AlternativeName[]
  readonly lifetimeMs: number
}

const DAY_MS = 24 * 3_600_000
/**
 * Its end stops everything at once and nobody renews it in passing, so it is far away. Whoever wants
 * another CA earlier runs both for a while.
 */
export const CA_LIFETIME_MS = 3650 * DAY_MS
export const LEAF_LIFETIME_MS = 30 * DAY_MS
/** Certificates are good from a little before now, for machines whose clocks are behind. */
export const BACKDATED_MS = 5 * 60_000

const KEY = { name: 'ECDSA', namedCurve: 'P-256' }
const SIGNATURE = { name: 'ECDSA', hash: 'SHA-256' }

/** A private CA that signs certificates for holders only, and no further CA. */
export async function createAuthority(name: string, now: Date): Promise<Pair> {
  const keys = await newKeys()
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    ...dates(now, CA_LIFETIME_MS),
    serialNumber: newSerialNumber(),
    name: [{ CN: [name] }],
    keys,
    signingAlgorithm: SIGNATURE,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return toPair(certificate, keys.privateKey)
}

/** A new key with a certificate of this CA, which it does not outlive. */
export async function issueCertificate(
  authority: Pair,
  { role, name, names, lifetimeMs }: LeafOptions,
  now: Date,
): Promise<Pair> {
  const issuer = new x509.X509Certificate(authority.cert)
  const keys = await newKeys()
  const { notBefore, notAfter } = dates(now, lifetimeMs)
  const certificate = await x509.X509CertificateGenerator.create({
    notBefore: new Date(Math.max(notBefore.getTime(), issuer.notBefore.getTime())),
    notAfter: new Date(Math.min(notAfter.getTime(), issuer.notAfter.getTime())),
    serialNumber: newSerialNumber(),
    subject: [{ CN: [name] }],
    issuer: issuer.subjectName,
    publicKey: keys.publicKey,
    signingKey: await importKey(authority.key),
    signingAlgorithm: SIGNATURE,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension(USAGES[role]),
      new x509.SubjectAlternativeNameExtension([
        { type: 'url', value: roleUri(role) },
        ...names.map(({ type, value }) => ({ type: type === 'DNS' ? DNS : IP, value })),
      ]),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return toPair(certificate, keys.privateKey)
}

const DNS = 'dns' as const
const IP = 'ip' as const

const SERVER = '1.3.6.1.5.5.7.3.1'
const CLIENT = '1.3.6.1.5.5.7.3.2'
const USAGES = {
  core: [SERVER, CLIENT], // as a client for its own health check
  proxy: [CLIENT],
  admin: [CLIENT],
} satisfies Record<Role, string[]>

function dates(now: Date, lifetimeMs: number) {
  // Certificates know whole seconds.
  const from = Math.floor((now.getTime() - BACKDATED_MS) / 1000) * 1000
  return {
    notBefore: new Date(from),
    notAfter: new Date(from + BACKDATED_MS + Math.floor(lifetimeMs / 1000) * 1000),
  }
}

/** 126 random bits in a number that is positive and never short. */
function newSerialNumber(): string {
  const bytes = randomBytes(16)
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40
  return bytes.toString('hex')
}

function newKeys() {
  return crypto.subtle.generateKey(KEY, true, ['sign', 'verify'])
}

function importKey(pem: string) {
  const der = createPrivateKey(pem).export({ type: 'pkcs8', format: 'der' })
  return crypto.subtle.importKey('pkcs8', der, KEY, false, ['sign'])
}

async function toPair(
  certificate: x509.X509Certificate,
  privateKey: Parameters<typeof crypto.subtle.exportKey>[1],
): Promise<Pair> {
  const der = await crypto.subtle.exportKey('pkcs8', privateKey)
  const key = createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' })
  return {
    cert: new X509Certificate(Buffer.from(certificate.rawData)).toString(),
    key: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}
