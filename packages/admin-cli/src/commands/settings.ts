import { type Settings, SettingsServiceService } from '@defguard/proto/admin/v1/settings'
import type { Command } from 'commander'
import type { Cli, Context } from '../cli.js'
import { usageError } from '../cli-error.js'
import { teach } from '../help.js'
import type { Io } from '../io.js'
import { present } from '../present.js'
import { readSecret, readStdin } from '../prompts.js'
import { isSetting, SETTINGS, type SettingName, toUpdate } from '../settings-fields.js'
import { type Cell, facts } from '../table.js'

export function addSettingsCommands(program: Command, cli: Cli): void {
  const settings = program
    .command('settings')
    .description('what an admin can change while core runs')

  const get = settings
    .command('get')
    .description('show all settings, or one')
    .argument('[key]', 'its name')
    .action(cli.asAdmin<object, [string | undefined]>(getSettings))
  teach(get, { examples: ['settings get', 'settings get instance_name'] })

  const set = settings
    .command('set')
    .description('change one setting, or several that belong together, everywhere and at once')
    .argument('<key>', 'its name')
    .argument('[value]', 'its value; "" clears it, - reads standard input')
    .argument('[more...]', 'further names, each followed by its value')
    .action(cli.asAdmin<object, [string, string | undefined, string[]]>(setSettings))
  teach(set, {
    examples: [
      'settings set instance_name "Example Inc."',
      'settings set smtp_server mail.example.com',
      'settings set smtp_user mailer smtp_password < password.txt',
      'settings set smtp_ca - < ca.pem',
      'settings set enrollment_vpn_step_optional false',
    ],
    next: `Settings: ${Object.keys(SETTINGS).join(', ')}`,
  })
}

async function getSettings({ core }: Context, _options: object, key: string | undefined) {
  if (key !== undefined) assertSetting(key)
  const reply = await core.call(SettingsServiceService.getSettings, {})
  return toAnswer(present(reply.settings), ...(key === undefined ? [] : [key]))
}

async function setSettings(
  { core, io }: Context,
  _options: object,
  key: string,
  value: string | undefined,
  more: readonly string[],
) {
  const wanted = toPairs(value === undefined ? [key] : [key, value, ...more])
  const changes = new Map<SettingName, string>()
  for (const [name, text] of wanted) changes.set(name, await readValue(io, name, text))
  const reply = await core.call(SettingsServiceService.updateSettings, {
    settings: toUpdate(changes),
    update_mask: [...changes.keys()],
  })
  const settings = present(reply.settings)
  const isAboutMail = [...changes.keys()].some((name) => name.startsWith('smtp_'))
  return {
    ...toAnswer(settings, ...changes.keys()),
    hint: isAboutMail ? hintForMail(settings) : undefined,
  }
}

function hintForMail(settings: Settings): string {
  const names = ['smtp_server', 'smtp_port', 'smtp_sender'] as const
  const missing = names.filter((name) => settings[name] === undefined)
  return missing.length === 0
    ? 'Try it with "defguard-admin mail test ADDRESS".'
    : `No mail can be sent yet: ${missing.join(', ')} must be set, too.`
}

/** Names and their values in turn; the last value may be missing. */
function toPairs(words: readonly string[]): [SettingName, string | undefined][] {
  const pairs: [SettingName, string | undefined][] = []
  for (let i = 0; i < words.length; i += 2) {
    const name = words[i] ?? ''
    assertSetting(name)
    pairs.push([name, words[i + 1]])
  }
  const fromStdin = pairs.filter(([, text]) => text === undefined || text === '-')
  if (fromStdin.length > 1) throw usageError('Only one value can come from standard input.')
  return pairs
}

async function readValue(io: Io, name: SettingName, text: string | undefined): Promise<string> {
  if (text === '') return ''
  const isSecret = SETTINGS[name] === 'secret'
  if (isSecret && (text === undefined || text === '-')) return readSecret(io, `${name}: `)
  if (isSecret) {
    throw usageError(
      `${name} never stands on the command line, where other users and the history see it.`,
      'Leave the value out to be asked for it, or pass it on standard input.',
    )
  }
  if (text === undefined) throw usageError(`To which value? "" clears ${name}.`)
  return text === '-' ? (await readStdin(io)).toString().trim() : text
}

function assertSetting(key: string): asserts key is SettingName {
  if (isSetting(key)) return
  throw usageError(`There is no setting "${key}".`, `Settings: ${Object.keys(SETTINGS).join(', ')}`)
}

function toAnswer(settings: Settings, ...only: SettingName[]) {
  const all = toJson(settings)
  const shown = only.length === 0 ? all : pick(all, only.map(shownAs))
  return { json: shown, text: facts(Object.fromEntries(Object.entries(shown).map(toCell))) }
}

/** All that is readable: of a secret only whether it is set. */
function toJson(settings: Settings): Record<string, string | number | boolean | null> {
  const names = (Object.keys(SETTINGS) as SettingName[]).map(shownAs)
  return Object.fromEntries(names.map((name) => [name, settings[name] ?? null]))
}

function shownAs(name: SettingName): Exclude<keyof Settings, 'smtp_password'> {
  return name === 'smtp_password' ? 'smtp_password_set' : name
}

function pick<T>(record: Readonly<Record<string, T>>, names: readonly string[]) {
  return Object.fromEntries(names.map((name) => [name, record[name] ?? null]))
}

const SHOWN_LENGTH_MAX = 100

function toCell([name, value]: [string, string | number | boolean | null]): [string, Cell] {
  const text = value === null ? '' : String(value)
  const isLong = text.length > SHOWN_LENGTH_MAX
  return [name, isLong ? `${text.slice(0, SHOWN_LENGTH_MAX)}… (${text.length} characters)` : text]
}
