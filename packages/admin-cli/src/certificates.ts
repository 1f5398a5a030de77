import type { X509Certificate } from 'node:crypto'
import { type Role, roleOf } from '@defguard/runtime/certificate-role'
import type { CertificateFolder, Issued } from './certificates/folder.js'
import { hostsOf } from './certificates/hosts.js'
import { facts, table } from './table.js'
import { toLocalTime, toRfc3339 } from './timestamps.js'

/** How a certificate is doing; all but the first are renewed. */
export type CertificateState = 'good' | 'due' | 'expired' | 'other_ca'

/** Renewed while a third of its life is left: core and proxy warn at a quarter. */
const DUE_PART = 1 / 3

export function stateOf({ certificate, isOfThisCa }: Issued, now: Date): CertificateState {
  if (!isOfThisCa) return 'other_ca'
  const { validFromDate, validToDate } = certificate
  const left = validToDate.getTime() - now.getTime()
  if (left <= 0) return 'expired'
  return left < (validToDate.getTime() - validFromDate.getTime()) * DUE_PART ? 'due' : 'good'
}

/** A certificate as `--json` gives it. */
export function toIssuedJson(folder: CertificateFolder, issued: Issued, now: Date) {
  const { certificate, name } = issued
  return {
    name,
    role: roleOf(certificate) ?? null,
    hosts: hostNamesOf(certificate),
    not_before: toRfc3339(secondsOf(certificate.validFromDate)),
    not_after: toRfc3339(secondsOf(certificate.validToDate)),
    serial: certificate.serialNumber.toLowerCase(),
    state: stateOf(issued, now),
    ...folder.pathsOf(name),
  }
}

export function issuedFacts(folder: CertificateFolder, issued: Issued, now: Date) {
  const { certificate, name } = issued
  const role = roleOf(certificate)
  const paths = folder.pathsOf(name)
  return facts({
    Name: name,
    Role: role,
    Hosts: hostNamesOf(certificate).join(', '),
    'Good until': toLocalTime(secondsOf(certificate.validToDate)),
    State: stateOf(issued, now),
    ...(role
      ? {
          [`${VARIABLES[role]}_CERT`]: paths.cert,
          [`${VARIABLES[role]}_KEY`]: paths.key,
          [`${VARIABLES[role]}_CA`]: paths.ca,
        }
      : {}),
  })
}

export function issuedTable(list: readonly Issued[], now: Date) {
  return table(list, {
    NAME: ({ name }) => name,
    ROLE: ({ certificate }) => roleOf(certificate),
    HOSTS: ({ certificate }) => hostNamesOf(certificate).join(', '),
    'GOOD UNTIL': ({ certificate }) => toLocalTime(secondsOf(certificate.validToDate)),
    STATE: (issued) => stateOf(issued, now),
  })
}

function hostNamesOf(certificate: X509Certificate): string[] {
  return hostsOf(certificate).map(({ value }) => value.toLowerCase())
}

/** How the variables begin that name the files to whoever has the role. */
const VARIABLES = {
  core: 'DEFGUARD_GRPC',
  proxy: 'DEFGUARD_PROXY_GRPC',
  admin: 'DEFGUARD_ADMIN',
} satisfies Record<Role, string>

/** Certificates know whole seconds. */
export function secondsOf(instant: Date): number {
  return Math.floor(instant.getTime() / 1000)
}
