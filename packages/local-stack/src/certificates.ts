import { existsSync } from 'node:fs'
import { stateOf } from '@defguard/admin-cli/certificates'
import { LEAF_LIFETIME_MS } from '@defguard/admin-cli/certificates/authority'
import { CertificateFolder, type HolderPaths } from '@defguard/admin-cli/certificates/folder'
import { ROLES, type Role } from '@defguard/runtime/certificate-role'

/** What each part of the stack shows to the others. */
export type Certificates = Readonly<Record<Role, HolderPaths>>

const RENEW_MS = 12 * 3_600_000

/** Core is reached by these names only: the stack is for one machine. */
const HOSTS = [
  { type: 'DNS', value: 'localhost' },
  { type: 'IP Address', value: '127.0.0.1' },
  { type: 'IP Address', value: '0:0:0:0:0:0:0:1' },
]

/** Makes what is missing of a private CA and a certificate for each role, and renews what is due. */
export async function ensureCertificates(path: string, now: Date): Promise<Certificates> {
  const folder = new CertificateFolder(path)
  if (!existsSync(path)) await folder.init('Defguard on this machine', now)
  const issued = new Map((await folder.list()).map((one) => [one.name, one]))
  for (const role of ROLES) {
    const found = issued.get(role)
    const names = role === 'core' ? HOSTS : []
    if (!found) await folder.issue(role, { role, names, lifetimeMs: LEAF_LIFETIME_MS }, now)
    else if (stateOf(found, now) !== 'good') await folder.renew(role, now)
  }
  const paths = ROLES.map((role) => [role, folder.pathsOf(role)])
  return Object.fromEntries(paths) as Record<Role, HolderPaths>
}

/** For a stack that runs for weeks, whose core and proxy take new files as they come; how to stop it. */
export function keepRenewing(
  path: string,
  onRenewed: () => void,
  onFailure: (err: unknown) => void,
): () => void {
  const renew = () => ensureCertificates(path, new Date()).then(onRenewed).catch(onFailure)
  const timer = setInterval(() => void renew(), RENEW_MS)
  return () => clearInterval(timer)
}
