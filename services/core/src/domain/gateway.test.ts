import { expect, it } from '@jest/globals'
import { parseHandshake, parsePeerEndpoint } from './gateway.js'

const NOW = new Date('2026-01-01T00:00:00.500Z')
const SECONDS = Math.floor(NOW.getTime() / 1000)

it('takes no handshake from the future, and forgives a clock that is a little ahead', () => {
  expect(parseHandshake(SECONDS - 5, NOW)).toEqual(new Date((SECONDS - 5) * 1000))
  expect(parseHandshake(SECONDS + 30, NOW)).toEqual(NOW)
  for (const odd of [0, -1, SECONDS + 61, Number.MAX_SAFE_INTEGER, Number.NaN])
    expect(parseHandshake(odd, NOW)).toBeUndefined()
})

it.each([
  ['203.0.113.9:51820', true],
  ['[2001:db8::9]:51820', true],
  ['', false],
  ['203.0.113.9', false],
  ['203.0.113.9:0', false],
  ['203.0.113.9:65536', false],
  ['2001:db8::9:51820', false],
  ['[203.0.113.9]:51820', false],
  ['host.example:51820', false],
])('reads the endpoint %j of a peer, or nothing', (text, isGood) => {
  expect(parsePeerEndpoint(text)).toBe(isGood ? text : undefined)
})
