import type { Samples } from './samples.js'
import { tlsVariables } from './service-env.js'
import type { StackInfo } from './stack-info.js'

/** What the person who started the stack reads when it is ready. */
export function banner(info: StackInfo, samples: Samples, stateFolder: string): string {
  const { coreUrl, adminTls, adminUsername, adminPassword } = info
  const exports = Object.entries({
    DEFGUARD_ADMIN_CORE: coreUrl,
    ...tlsVariables('DEFGUARD_ADMIN', adminTls),
    DEFGUARD_ADMIN_USERNAME: adminUsername,
    DEFGUARD_ADMIN_PASSWORD: adminPassword,
  }).map(([name, value]) => `export ${name}=${quoted(String(value))}\n`)
  return `
Ready. Enroll as the sample person ${samples.person}, who may use the location "${samples.location}":

  ${samples.link}

Enrollment page  ${info.proxyUrl}/
Caught mails     ${info.mailUrl}/
Core (gRPC)      ${coreUrl}
Admin            ${adminUsername}, password ${adminPassword}
State and logs   ${stateFolder}

For npx --yes pnpm@10 --silent admin --help, and what else it can, in another terminal:

${exports.join('')}
Ctrl-C stops everything; the data stays.
`
}

/** As a shell reads it as one word. */
function quoted(value: string): string {
  return /^[\w/:.@%+,-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`
}
