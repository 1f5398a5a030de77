import { expect, it } from '@jest/globals'
import { configFiles } from './config-file.js'
import type { LocationConfig } from './flow.js'

const CONFIG = '[Interface]\nPrivateKey = YOUR_PRIVATE_KEY\nAddress = 10.1.0.7\n\n[Peer]'

function namesOf(...locations: string[]): string[] {
  return configFiles(locations.map(location), 'KEY').map((file) => file.fileName)
}

function location(name: string, index: number): LocationConfig {
  return {
    network_id: index + 1,
    network_name: name,
    config: CONFIG,
    endpoint: 'vpn.example.com:51820',
    assigned_ip: '10.1.0.7',
    pubkey: '',
    allowed_ips: '10.1.0.0/24',
    dns: null,
    mfa_enabled: false,
    keepalive_interval: 25,
    location_mfa_mode: 1,
    service_location_mode: 1,
  }
}

it('fills in the private key and changes nothing else', () => {
  const key = 'aB$&c+/dE='
  const [file] = configFiles([location('Office', 0)], key)
  expect(file?.text).toBe(CONFIG.replace('YOUR_PRIVATE_KEY', () => key))
  expect(file?.text).toContain(key)
})

it('leaves the placeholder for somebody who brought their own key', () => {
  const [file] = configFiles([location('Office', 0)], undefined)
  expect(file?.text).toBe(CONFIG)
})

it('names files as WireGuard takes them', () => {
  expect(namesOf('Office')).toEqual(['Office.conf'])
  expect(namesOf('Data centre Kraków')).toEqual(['Data-centre-Kra.conf'])
  expect(namesOf('a_=+.-b')).toEqual(['a_=+.-b.conf'])
  expect(namesOf('東京')).toEqual(['wg1.conf'])
  expect(namesOf('../../etc')).toEqual(['etc.conf'])
})

it('gives two locations two names, also where case does not count', () => {
  expect(namesOf('Office', 'office', 'OFFICE')).toEqual([
    'Office.conf',
    'office2.conf',
    'OFFICE3.conf',
  ])
  expect(namesOf('Headquarters East', 'Headquarters Ea')).toEqual([
    'Headquarters-Ea.conf',
    'Headquarters-E2.conf',
  ])
})
