/** Told of a line that is wrong, and in what way. Never what is in it: that may be a private key. */
export type RefuseLine = (line: number, problem: string) => void

export interface Setting {
  readonly name: SettingName
  readonly value: string
  /** From 1. */
  readonly line: number
}

export interface Section {
  readonly kind: keyof typeof SETTINGS
  readonly line: number
  readonly settings: readonly Setting[]
}

/** What wg-quick(8) and wg(8) know; all without regard to case. */
const SETTINGS = {
  Interface: [
    'PrivateKey',
    'Address',
    'ListenPort',
    'DNS',
    'FwMark',
    'MTU',
    'Table',
    'PreUp',
    'PostUp',
    'PreDown',
    'PostDown',
    'SaveConfig',
  ],
  Peer: ['PublicKey', 'AllowedIPs', 'PresharedKey', 'Endpoint', 'PersistentKeepalive'],
} as const

export type SettingName = (typeof SETTINGS)[keyof typeof SETTINGS][number]

/** The sections of a wg-quick file in order, without comments. */
export function parseSections(text: string, refuse: RefuseLine): Section[] {
  const sections: (Section & { settings: Setting[] })[] = []
  for (const [at, raw] of text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .entries()) {
    const line = at + 1
    const content = raw.replace(/#.*/, '').trim()
    if (content === '') continue
    const kind = parseHeader(content)
    if (kind) {
      sections.push({ kind, line, settings: [] })
      continue
    }
    const setting = parseSetting(content, line, sections.at(-1)?.kind)
    if (typeof setting === 'string') refuse(line, setting)
    else sections.at(-1)?.settings.push(setting)
  }
  return sections
}

function parseHeader(content: string): Section['kind'] | undefined {
  const name = /^\[\s*(\w+)\s*\]$/.exec(content)?.[1]?.toLowerCase()
  return (['Interface', 'Peer'] as const).find((kind) => kind.toLowerCase() === name)
}

/** The setting in a line, or what is wrong with the line. */
function parseSetting(
  content: string,
  line: number,
  kind: Section['kind'] | undefined,
): Setting | string {
  if (content.startsWith('[')) return 'is neither [Interface] nor [Peer]'
  const [, key, value] = /^(\w+)\s*=\s*(.*)$/.exec(content) ?? []
  if (key === undefined || value === undefined)
    return 'is no setting such as "Address = 10.1.1.1/24"'
  if (kind === undefined) return 'comes before any [Interface] or [Peer]'
  const name = SETTINGS[kind].find((known) => known.toLowerCase() === key.toLowerCase())
  return name ? { name, value, line } : `is no setting that [${kind}] has`
}

/** The items of a list, which may also be spread over several lines. */
export function listOf(section: Section, name: SettingName): { text: string; line: number }[] {
  return section.settings
    .filter((setting) => setting.name === name)
    .flatMap(({ value, line }) => value.split(',').map((text) => ({ text: text.trim(), line })))
    .filter(({ text }) => text !== '')
}

/** A setting that a section must have once. */
export function singleOf(
  section: Section,
  name: SettingName,
  refuse: RefuseLine,
): Setting | undefined {
  const [first, second] = section.settings.filter((setting) => setting.name === name)
  if (!first) refuse(section.line, `has no ${name}`)
  if (second) refuse(second.line, `is the second ${name} of its section`)
  return first
}
