import { generateKeyPair, scalarMultBase } from '@stablelib/x25519'

/** Both halves as WireGuard writes them: 32 bytes in canonical padded base64, 44 characters. */
export interface WireguardKeys {
  readonly privateKey: string
  readonly publicKey: string
}

/** A fresh X25519 pair from the browser's own random source. The private half stays in this page. */
export function makeWireguardKeys(): WireguardKeys {
  const { secretKey } = generateKeyPair()
  clamp(secretKey)
  return { privateKey: toBase64(secretKey), publicKey: toBase64(scalarMultBase(secretKey)) }
}

/** Canonical base64 (RFC 4648 §3.5) of 32 bytes that are not all zero, which is what core takes. */
export function isPublicKey(text: string): boolean {
  if (!/^[A-Za-z0-9+/]{43}=$/.test(text)) return false
  const bytes = atob(text)
  return btoa(bytes) === text && /[^\0]/.test(bytes)
}

/** RFC 7748 §5. The curve does it by itself; `wg` prints keys clamped, and so do we. */
function clamp(key: Uint8Array): void {
  key[0] = (key[0] ?? 0) & 248
  key[31] = ((key[31] ?? 0) & 127) | 64
}

function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
}
