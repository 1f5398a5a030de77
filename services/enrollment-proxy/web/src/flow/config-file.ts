import type { LocationConfig } from './flow.js'

const INTERFACE_NAME_MAX = 15

export interface ConfigFile {
  readonly locationId: number
  readonly locationName: string
  /** `<name>.conf`, a name that wg-quick takes. */
  readonly fileName: string
  readonly text: string
}

/** The files of a device, each with the private key filled in where one is known. */
export function configFiles(
  configs: readonly LocationConfig[],
  privateKey: string | undefined,
): readonly ConfigFile[] {
  const taken = new Set<string>()
  return configs.map(({ network_id, network_name, config }) => {
    const name = freeName(interfaceName(network_name) || `wg${network_id}`, taken)
    taken.add(name.toLowerCase())
    return {
      locationId: network_id,
      locationName: network_name,
      fileName: `${name}.conf`,
      // A function, because `$` has a meaning in a replacement text.
      text: privateKey ? config.replace('YOUR_PRIVATE_KEY', () => privateKey) : config,
    }
  })
}

/** WireGuard's interface names: at most 15 of `A-Z a-z 0-9 _ = + . -` (wg-quick). */
function interfaceName(location: string): string {
  return location
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z0-9_=+.-]+/g, '-')
    .replace(/^[-.]+/, '')
    .slice(0, INTERFACE_NAME_MAX)
    .replace(/-+$/, '')
}

/** Two locations must not overwrite each other, also where file names have no case. */
function freeName(name: string, taken: ReadonlySet<string>): string {
  for (let number = 1; ; number++) {
    const suffix = number === 1 ? '' : String(number)
    const candidate = name.slice(0, INTERFACE_NAME_MAX - suffix.length) + suffix
    if (!taken.has(candidate.toLowerCase())) return candidate
  }
}
