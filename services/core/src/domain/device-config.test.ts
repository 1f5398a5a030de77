import { expect, it } from '@jest/globals'
import { deviceConfig } from './device-config.js'

const LOCATION = {
  endpoint: '192.168.4.14',
  port: 55555,
  publicKey: 'VIvehxhDt2KjN5O2MU6TnoXZFEsHIwCppUURj1ynWsE=',
  allowedIps: ['10.1.1.0/24'],
  dns: ['1.1.1.1'],
  keepaliveInterval: 25,
}

it('writes the text of the contract to the byte', () => {
  expect(deviceConfig(LOCATION, ['10.1.1.2'])).toBe(
    '[Interface]\nPrivateKey = YOUR_PRIVATE_KEY\nAddress = 10.1.1.2\nDNS = 1.1.1.1\n\n[Peer]\nPublicKey = VIvehxhDt2KjN5O2MU6TnoXZFEsHIwCppUURj1ynWsE=\nAllowedIPs = 10.1.1.0/24\nEndpoint = 192.168.4.14:55555\nPersistentKeepalive = 25',
  )
})

it('leaves the DNS line out, joins both families without spaces and brackets an IPv6 endpoint', () => {
  const text = deviceConfig(
    { ...LOCATION, dns: [], endpoint: '2001:db8::1', allowedIps: ['10.1.1.0/24', 'fc00::/64'] },
    ['10.1.1.2', 'fc00::2'],
  )
  expect(text).not.toContain('DNS')
  expect(text).toContain('Address = 10.1.1.2,fc00::2\n')
  expect(text).toContain('AllowedIPs = 10.1.1.0/24,fc00::/64\n')
  expect(text).toContain('Endpoint = [2001:db8::1]:55555\n')
})
