import { expect, it } from '@jest/globals'
import { namesOf, roleOf } from '../src/certificate-role.js'

const role = (subjectAltName: string | undefined) =>
  roleOf({ subjectAltName } as { subjectAltName: string })

it('reads the role beside other names', () => {
  expect(role('DNS:core, IP Address:0:0:0:0:0:0:0:1, URI:urn:defguard:role:core')).toBe('core')
  expect(role('URI:urn:defguard:role:proxy, DNS:localhost')).toBe('proxy')
})

it('takes a certificate with several roles, another one or none for one without', () => {
  expect(role('URI:urn:defguard:role:proxy, URI:urn:defguard:role:admin')).toBeUndefined()
  expect(role('URI:urn:defguard:role:root')).toBeUndefined()
  expect(role('DNS:urn:defguard:role:admin')).toBeUndefined()
  expect(role('DNS:localhost')).toBeUndefined()
  expect(role(undefined)).toBeUndefined()
})

it('is not misled by a name that looks like two', () => {
  expect(role('DNS:"x, URI:urn:defguard:role:admin, y"')).toBeUndefined()
  expect(namesOf({ subjectAltName: 'DNS:"a, \\"b", DNS:c' })).toEqual([
    { type: 'DNS', value: 'a, "b' },
    { type: 'DNS', value: 'c' },
  ])
  expect(namesOf({ subjectAltName: 'DNS:a,URI:urn:defguard:role:admin' })).toEqual([])
})
