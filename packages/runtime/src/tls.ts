import { createSecureContext, checkServerIdentity as isNamed, type PeerCertificate } from 'node:tls'
import { type ChannelCredentials, credentials } from '@grpc/grpc-js'
import { type Role, roleOf } from './certificate-role.js'
import type { Env } from './env.js'
import { readTlsFiles, type TlsFiles } from './tls-files.js'

/** Both ends are ours, so nothing older has to be spoken. */
export const TLS_VERSION_MIN = 'TLSv1.3'

/**
 * Reads `<prefix>_CERT`, `<prefix>_KEY` and `<prefix>_CA`: all three or none.
 * @throws Error that names the variable that is missing, or whose file is not what it must be
 */
export function readTls(env: Env, prefix: string, role: Role, now: Date): TlsFiles | undefined {
  const [cert, key, ca] = [`${prefix}_CERT`, `${prefix}_KEY`, `${prefix}_CA`]
  const names = [cert, key, ca]
  const missing = names.filter((name) => env.string(name) === undefined)
  if (missing.length === names.length) return undefined
  if (missing.length > 0) {
    throw new Error(`${names.join(', ')} must be set together; missing: ${missing.join(', ')}.`)
  }
  const named = (variable: string) => ({ variable, path: env.required(variable) })
  const files = { role, cert: named(cert), key: named(key), ca: named(ca) }
  readTlsFiles(files, now)
  return files
}

/** What a client of core may have; absent: the CAs that the system trusts, and no certificate. */
export interface ClientTls {
  readonly ca?: Buffer | undefined
  readonly cert?: Buffer | undefined
  readonly key?: Buffer | undefined
}

/**
 * TLS with core, and with nothing else that has a certificate of a private CA.
 * @throws Error when the PEM texts are none, or do not belong together
 */
export function coreCredentials({ ca, cert, key }: ClientTls): ChannelCredentials {
  const context = createSecureContext({ ca, cert, key, minVersion: TLS_VERSION_MIN })
  return credentials.createFromSecureContext(context, ca ? { checkServerIdentity } : {})
}

function checkServerIdentity(host: string, certificate: PeerCertificate): Error | undefined {
  const isCore = roleOf({ subjectAltName: certificate.subjectaltname }) === 'core'
  return isCore ? isNamed(host, certificate) : new Error('its certificate is not one of core')
}

/** Whether a host name or address can only mean this machine. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase()
  return bare === 'localhost' || bare === '::1' || /^127(\.\d{1,3}){3}$/.test(bare)
}
