import type { Samples } from './samples.js'
import type { StackInfo } from './stack-info.js'

const DEFAULT_CORE = '127.0.0.1:50055'

/** What the person who started the stack reads when it is ready. */
export function banner(info: StackInfo, samples: Samples, stateFolder: string): string {
  const { coreGrpc, adminUsername, adminPassword } = info
  const core = coreGrpc === DEFAULT_CORE ? '' : `DEFGUARD_ADMIN_CORE=${coreGrpc} `
  return `
Ready. Enroll as the sample person ${samples.person}, who may use the location "${samples.location}":

  ${samples.link}

Enrollment page  ${info.proxyUrl}/
Caught mails     ${info.mailUrl}/
Core (gRPC)      ${coreGrpc}
Admin            ${adminUsername}, password ${adminPassword}
                 ${core}DEFGUARD_ADMIN_USERNAME=${adminUsername} DEFGUARD_ADMIN_PASSWORD=${adminPassword} npx --yes pnpm@10 --silent admin --help
State and logs   ${stateFolder}

Ctrl-C stops everything; the data stays.
`
}
