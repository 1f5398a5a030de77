import { expect, it } from '@jest/globals'
import fc from 'fast-check'
import {
  assignableRanges,
  type Cidr,
  formatAddress,
  formatCidr,
  networkOf,
  networkRange,
  parseCidr,
} from './network.js'

const cidrs = fc.oneof(
  fc.record({
    family: fc.constant(4 as const),
    address: fc.bigInt({ min: 0n, max: 2n ** 32n - 1n }),
    prefix: fc.integer({ min: 1, max: 30 }),
  }),
  fc.record({
    family: fc.constant(6 as const),
    address: fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }),
    prefix: fc.integer({ min: 1, max: 126 }),
  }),
)

const parse = (text: string) => parseCidr(text) as Cidr
const sizes = (text: string) =>
  assignableRanges(parse(text)).reduce((sum, range) => sum + range.last - range.first + 1n, 0n)

it('reads back every network that it writes', () => {
  fc.assert(
    fc.property(cidrs, (cidr) => {
      // ::ffff:0:0/96 is IPv4 in disguise and refused on purpose.
      fc.pre(cidr.family === 4 || cidr.address >> 32n !== 0xffffn)
      expect(parseCidr(formatCidr(cidr))).toEqual(cidr)
    }),
  )
})

it('never offers the network address, the gateway, or an IPv4 broadcast address', () => {
  fc.assert(
    fc.property(cidrs, (cidr) => {
      const { first, last } = networkRange(cidr)
      const reserved = cidr.family === 4 ? [first, last, cidr.address] : [first, cidr.address]
      for (const range of assignableRanges(cidr)) {
        expect(range.first >= first && range.last <= last).toBe(true)
        for (const one of reserved) expect(one < range.first || one > range.last).toBe(true)
      }
    }),
  )
})

it('has room for the documented number of devices', () => {
  expect(sizes('10.1.1.1/30')).toBe(1n)
  expect(sizes('10.1.1.1/29')).toBe(5n)
  expect(sizes('10.1.1.4/29')).toBe(5n)
  expect(sizes('fc00::1/126')).toBe(2n)
})

it('uses the last address of an IPv6 network', () => {
  const last = assignableRanges(parse('fc00::1/112')).at(-1)?.last ?? 0n
  expect(formatAddress(6, last)).toBe('fc00::ffff')
})

it('clears host bits', () => {
  expect(formatCidr(networkOf(parse('10.2.0.1/16')))).toBe('10.2.0.0/16')
  expect(formatCidr(networkOf(parse('FC00:0:0::1/64')))).toBe('fc00::/64')
})

it('refuses what is not a network', () => {
  for (const text of [
    '',
    '10.1.1.1',
    '10.1.1/24',
    '010.1.1.1/24',
    '10.1.1.1/33',
    '::1/129',
    '::ffff:1.2.3.4/96',
    'fe80::1%eth0/64',
    '1/2/3',
    '10.1.1.1/-1',
    '10.1.1.1/1e1',
  ]) {
    expect(parseCidr(text)).toBeUndefined()
  }
})
