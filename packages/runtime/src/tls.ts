import { type ChannelCredentials, credentials, ServerCredentials } from '@grpc/grpc-js'
import type { Env } from './env.js'

/** PEM texts: one's own certificate and key, and the CA that the other side's must come from. */
export interface TlsMaterial {
  readonly cert: Buffer
  readonly key: Buffer
  readonly ca: Buffer
}

/**
 * Reads `<prefix>_CERT`, `<prefix>_KEY` and `<prefix>_CA`: all three or none.
 * @throws Error that names the variable that is missing or cannot be read
 */
export function readTls(env: Env, prefix: string): TlsMaterial | undefined {
  const names = ['CERT', 'KEY', 'CA'].map((part) => `${prefix}_${part}`)
  const missing = names.filter((name) => env.string(name) === undefined)
  if (missing.length === names.length) return undefined
  if (missing.length > 0) {
    throw new Error(`${names.join(', ')} must be set together; missing: ${missing.join(', ')}.`)
  }
  const [cert, key, ca] = names.map((name) => env.file(name)) as [Buffer, Buffer, Buffer]
  return { cert, key, ca }
}

/** Mutual TLS: a caller without a certificate of the CA does not get as far as a request. */
export function serverCredentials(tls: TlsMaterial | undefined): ServerCredentials {
  if (!tls) return ServerCredentials.createInsecure()
  return ServerCredentials.createSsl(tls.ca, [{ cert_chain: tls.cert, private_key: tls.key }], true)
}

export function channelCredentials(tls: TlsMaterial | undefined): ChannelCredentials {
  return tls ? credentials.createSsl(tls.ca, tls.key, tls.cert) : credentials.createInsecure()
}

/** Whether a host name or address can only mean this machine. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase()
  return bare === 'localhost' || bare === '::1' || /^127(\.\d{1,3}){3}$/.test(bare)
}
