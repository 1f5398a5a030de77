import { randomBytes } from 'node:crypto'
import { scalarMultBase } from '@stablelib/x25519'
import type { PublicKey } from './device.js'

/** A WireGuard key pair in base64; the private half is clamped as `wg genkey` does (RFC 7748 §5). */
export function newKeyPair(): { publicKey: PublicKey; privateKey: string } {
  const secret = randomBytes(32)
  secret[0] = (secret[0] as number) & 248
  secret[31] = ((secret[31] as number) & 127) | 64
  return {
    publicKey: Buffer.from(scalarMultBase(secret)).toString('base64') as PublicKey,
    privateKey: secret.toString('base64'),
  }
}

/** The public half of a private key, which may be unclamped: WireGuard clamps what it reads. */
export function publicKeyOf(privateKey: string): PublicKey {
  const bytes = scalarMultBase(Buffer.from(privateKey, 'base64'))
  return Buffer.from(bytes).toString('base64') as PublicKey
}
