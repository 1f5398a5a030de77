import type { X509Certificate } from 'node:crypto'
import { type AlternativeName, namesOf } from '@defguard/runtime/certificate-role'

/** The machines that a certificate names. */
export function hostsOf(certificate: X509Certificate): AlternativeName[] {
  return namesOf(certificate).filter(({ type }) => type === 'DNS' || type === 'IP Address')
}
