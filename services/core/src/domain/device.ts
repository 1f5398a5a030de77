import { DomainError } from './errors.js'

export type PublicKey = string & { readonly brand: 'PublicKey' }
export type DeviceName = string & { readonly brand: 'DeviceName' }

/**
 * A WireGuard public key: 32 bytes in canonical padded base64 (RFC 4648 §3.5, §4), 44 characters.
 * Not all zero: that key makes every shared secret zero (RFC 7748 §6.1).
 * @throws DomainError `invalid_pubkey`
 */
export function parsePublicKey(text: string): PublicKey {
  const bytes = Buffer.from(text, 'base64')
  // Node's decoder skips what it does not know, so only the round trip proves the text canonical.
  const isCanonical = bytes.length === 32 && bytes.toString('base64') === text
  if (!isCanonical || bytes.every((byte) => byte === 0)) throw new DomainError('invalid_pubkey')
  return text as PublicKey
}

/** The key of another device, or of a location. */
export function publicKeyTaken(): DomainError {
  return new DomainError('pubkey_taken', undefined, [{ field: 'pubkey', message: 'is in use' }])
}

/** The name of another device of the same person. */
export function deviceNameTaken(): DomainError {
  const message = 'another device of this person has it'
  return new DomainError('device_name_taken', undefined, [{ field: 'name', message }])
}

/**
 * Trimmed, 1–100 code points, anything but control characters.
 * @throws DomainError `device_name_missing`, `invalid_device_name`
 */
export function parseDeviceName(text: string): DeviceName {
  const name = text.trim()
  if (name === '') throw new DomainError('device_name_missing')
  if ([...name].length > 100 || /\p{Cc}/u.test(name)) throw new DomainError('invalid_device_name')
  return name as DeviceName
}
