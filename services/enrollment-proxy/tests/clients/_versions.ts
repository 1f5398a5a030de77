import type { Answer } from '../_proxy.js'

const VERSION_HEADERS = ['defguard-core-version', 'defguard-component-version']

/** Whether both versions say 1.6.0 or later to semver, to which a pre-release is earlier. */
export function speaksProtocol16({ headers }: Answer): boolean {
  return VERSION_HEADERS.every((name) => {
    const version = /^(\d+)\.(\d+)\.\d+(\+[0-9A-Za-z.-]+)?$/.exec(String(headers[name]))
    const [, major, minor] = (version ?? []).map(Number)
    return major !== undefined && minor !== undefined && (major > 1 || (major === 1 && minor >= 6))
  })
}
