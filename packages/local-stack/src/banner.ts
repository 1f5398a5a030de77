import type { Samples } from './samples.js'
import { tlsVariables } from './service-env.js'
import type { GatewayInfo, StackInfo } from './stack-info.js'

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
Ready. Enroll as the sample person ${samples.person}, who may use the location "${samples.location.name}":

  ${samples.link}
${info.gateway ? howToConnect(info.gateway) : ''}
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

function howToConnect({ location, endpoint, addresses: [address = ''] }: GatewayInfo): string {
  const file = `./${fileNameOf(location)}`
  return `
The gateway of "${location}" runs on this machine, at ${endpoint}. As root, where the file of the last page was saved:

  wg-quick up ${file}
  ping ${address}
  wg-quick down ${file}
`
}

/** As the enrollment page calls it. */
function fileNameOf(location: string): string {
  return `${location.replace(/[^A-Za-z0-9_=+.-]+/g, '-').slice(0, 15)}.conf`
}

/** As a shell reads it as one word. */
function quoted(value: string): string {
  return /^[\w/:.@%+,-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`
}
