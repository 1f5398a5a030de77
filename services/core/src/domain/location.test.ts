import { expect, it } from '@jest/globals'
import type { Violation } from './errors.js'
import { formatEndpoint, type LocationInput, parseLocation } from './location.js'
import { formatCidr } from './network.js'

const OFFICE: LocationInput = {
  name: 'Office',
  addresses: ['10.1.1.1/24', 'fc00::1/64'],
  endpoint: 'vpn.example.com',
  port: 51820,
  dns: ['10.1.1.1', 'corp.example.com'],
  allowedIps: ['10.2.0.1/16', '10.2.0.9/16'],
  allowAllGroups: true,
  allowedGroups: [],
  keepaliveInterval: undefined,
  peerDisconnectThreshold: undefined,
}

function parse(changes: Partial<LocationInput>) {
  const violations: Violation[] = []
  return { draft: parseLocation({ ...OFFICE, ...changes }, violations), violations }
}

it('accepts a location with both families and normalises what it routes', () => {
  const { draft, violations } = parse({})
  expect(violations).toEqual([])
  expect(draft.allowedIps).toEqual(['10.2.0.0/16'])
  expect(draft.cidrs.map(formatCidr)).toEqual(['10.1.1.1/24', 'fc00::1/64'])
})

it('routes its own networks when nothing is said', () => {
  expect(parse({ allowedIps: [] }).draft.allowedIps).toEqual(['10.1.1.0/24', 'fc00::/64'])
})

it.each([
  [[], 'must be 1 to 10 networks'],
  [['10.1.1.1/24', 'nonsense'], '"nonsense" is not a CIDR such as 10.1.1.1/24'],
  [['10.1.1.0/24'], '"10.1.1.0/24" needs the gateway as its host part, such as .1'],
  [['10.1.1.255/24'], '"10.1.1.255/24" has the broadcast address as its gateway'],
  [['10.1.1.1/31'], '"10.1.1.1/31" has no room: use /30 or wider'],
  [['fc00::1/127'], '"fc00::1/127" has no room: use /126 or wider'],
  [['10.1.1.1/0'], '"10.1.1.1/0" is the whole address space'],
  [['127.0.0.1/8'], '"127.0.0.1/8" is reserved for other uses'],
  [['10.1.1.1/24', '10.1.0.1/16'], '"10.1.0.1/16" overlaps 10.1.1.1/24'],
])('refuses the networks %j by name', (addresses, message) => {
  expect(parse({ addresses }).violations).toContainEqual({ field: 'addresses', message })
})

it('reports everything that is wrong at once', () => {
  const { violations } = parse({
    name: ' ',
    endpoint: 'a b',
    port: 0,
    dns: ['?'],
    allowedIps: ['x'],
    allowAllGroups: false,
  })
  expect(violations.map((violation) => violation.field).sort()).toEqual([
    'allowed_groups',
    'allowed_ips',
    'dns',
    'endpoint',
    'name',
    'port',
  ])
})

it('puts an IPv6 endpoint in brackets', () => {
  expect(parse({ endpoint: '[2001:db8::1]' }).draft.endpoint).toBe('2001:db8::1')
  expect(formatEndpoint({ endpoint: '2001:db8::1', port: 1 })).toBe('[2001:db8::1]:1')
})
