import { type Settings, SettingsServiceService } from '@defguard/proto/admin/v1/settings'
import type { Command } from 'commander'
import type { Cli, Context } from '../cli.js'
import { usageError } from '../cli-error.js'
import { teach } from '../help.js'
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
    .description('change one setting, everywhere and at once')
    .argument('<key>', 'its name')
    .argument('[value]', 'its value; "" clears it, - reads standard input')
    .action(cli.asAdmin<object, [string, string | undefined]>(setSetting))
  teach(set, {
    examples: [
      'settings set instance_name "Example Inc."',
      'settings set smtp_server mail.example.com',
      'settings set smtp_password < password.txt',
      'settings set enrollment_vpn_step_optional false',
    ],
    next: `Settings: ${Object.keys(SETTINGS).join(', ')}`,
  })
}

async function getSettings({ core }: Context, _options: object, key: string | undefined) {
  if (key !== undefined) assertSetting(key)
  const reply = await core.call(SettingsServiceService.getSettings, {})
  return toAnswer(present(reply.settings), key)
}

async function setSetting({ core, io }: Context, _options: object, key: string, value?: string) {
  assertSetting(key)
  const text = SETTINGS[key] === 'secret' ? await readSecretValue() : await readValue()
  const reply = await core.call(SettingsServiceService.updateSettings, {
    settings: toUpdate(key, text),
    update_mask: [key],
  })
  return toAnswer(present(reply.settings), key)

  async function readSecretValue(): Promise<string> {
    if (value === '') return ''
    if (value === undefined || value === '-') return readSecret(io, `${key}: `)
    throw usageError(
      `${key} never stands on the command line, where other users and the history see it.`,
      'Leave the value out to be asked for it, or pass it on standard input.',
    )
  }

  async function readValue(): Promise<string> {
    if (value === undefined) throw usageError(`To which value? "" clears ${key}.`)
    return value === '-' ? (await readStdin(io)).toString().trim() : value
  }
}

function assertSetting(key: string): asserts key is SettingName {
  if (isSetting(key)) return
  throw usageError(`There is no setting "${key}".`, `Settings: ${Object.keys(SETTINGS).join(', ')}`)
}

function toAnswer(settings: Settings, only?: SettingName) {
  const shown = only ? pick(toJson(settings), shownAs(only)) : toJson(settings)
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

function pick<T>(record: Readonly<Record<string, T>>, name: string): Record<string, T | null> {
  return { [name]: record[name] ?? null }
}

const SHOWN_LENGTH_MAX = 100

function toCell([name, value]: [string, string | number | boolean | null]): [string, Cell] {
  const text = value === null ? '' : String(value)
  const isLong = text.length > SHOWN_LENGTH_MAX
  return [name, isLong ? `${text.slice(0, SHOWN_LENGTH_MAX)}… (${text.length} characters)` : text]
}
