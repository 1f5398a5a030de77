import { expect, it } from '@jest/globals'
import { isPublicKey, makeWireguardKeys } from './wireguard-keys.js'

it('makes keys that WireGuard takes, a new pair each time', () => {
  const pairs = Array.from({ length: 8 }, makeWireguardKeys)
  for (const { privateKey, publicKey } of pairs) {
    expect(isPublicKey(publicKey)).toBe(true)
    const bytes = Uint8Array.from(atob(privateKey), (byte) => byte.charCodeAt(0))
    expect(bytes).toHaveLength(32)
    expect((bytes[0] ?? 0) & 7).toBe(0)
    expect((bytes[31] ?? 0) & 192).toBe(64)
  }
  expect(new Set(pairs.map((pair) => pair.privateKey)).size).toBe(8)
})

it('takes only canonical base64 of 32 bytes that are not all zero as a public key', () => {
  expect(isPublicKey('7yYOmqPGc68kDReiZgSANhqOCB0f/soqXtDjIZ/BhWc=')).toBe(true)
  expect(isPublicKey('7yYOmqPGc68kDReiZgSANhqOCB0f/soqXtDjIZ/BhWd=')).toBe(false)
  expect(isPublicKey('7yYOmqPGc68kDReiZgSANhqOCB0f/soqXtDjIZ/BhWc')).toBe(false)
  expect(isPublicKey(`${'A'.repeat(43)}=`)).toBe(false)
  expect(isPublicKey('not a key')).toBe(false)
})
