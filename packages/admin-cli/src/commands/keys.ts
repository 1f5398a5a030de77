import {
  type GetKeyStatusResponse,
  KeyServiceService,
  KeyState,
  type KeyUse,
  KeyUseKind,
} from '@defguard/proto/admin/v1/keys'
import type { Command } from 'commander'
import type { Answer, Cli, Context } from '../cli.js'
import { EXIT } from '../exit-codes.js'
import { teach } from '../help.js'
import { ProgressBar } from '../progress-bar.js'
import { sections, table, verbatim } from '../table.js'
import { wordOf } from '../words.js'

/** Core says something after every batch. */
const SILENCE_MS = 60_000

export function addKeysCommands(program: Command, cli: Cli): void {
  const keys = program
    .command('keys')
    .description("the secret keys of core's configuration, and moving away from earlier ones")

  const status = keys
    .command('status')
    .description('show what needs which key, and which can be removed')
    .action(cli.asAdmin(showStatus))
  teach(status, { examples: ['keys status', 'keys status --json'] })

  const rotate = keys
    .command('rotate')
    .description('seal everything anew under DEFGUARD_SECRET_KEY, while core works')
    .action(cli.asAdmin(rotateKeys))
  teach(rotate, {
    examples: ['keys rotate'],
    next:
      'A new key: give it to every core as DEFGUARD_SECRET_KEY and the old one as the first of\n' +
      'DEFGUARD_SECRET_KEY_PREVIOUS; with several cores first the new one as a PREVIOUS, so that none\n' +
      'meets what it cannot open. Then rotate, as often as you like, until "keys status" lets the old go.',
  })
}

async function showStatus({ core }: Context): Promise<Answer> {
  return toAnswer(await core.call(KeyServiceService.getKeyStatus, {}))
}

async function rotateKeys({ core, io, options }: Context): Promise<Answer> {
  const bar = new ProgressBar(io, !options.quiet && !options.json)
  let [resealed, unreadable] = [0, 0]
  for await (const piece of core.follow(KeyServiceService.rotateKeys, {}, SILENCE_MS)) {
    resealed = piece.resealed
    unreadable = piece.unreadable
    bar.show('Sealed anew:', resealed, undefined)
  }
  bar.clear()
  const { json, text, hint } = toAnswer(await core.call(KeyServiceService.getKeyStatus, {}))
  const lost = unreadable === 0 ? '' : ` ${unreadable} could not be opened.`
  return {
    json: { resealed, unreadable, ...json },
    text: sections(verbatim(`${resealed} values were sealed anew.${lost}`), text),
    hint,
    exitCode: unreadable === 0 ? EXIT.done : EXIT.partlyDone,
  }
}

function toAnswer({ previous_keys, uses }: GetKeyStatusResponse) {
  const numbers = Array.from({ length: previous_keys }, (_, i) => i + 1)
  const hints = numbers.map((number) => adviceOn(number, uses))
  return {
    json: {
      previous_keys,
      removable: numbers.filter((number) => needsOf(number, uses).length === 0),
      uses: uses.map(({ state, number, kind, what, count }) => ({
        key: wordOf(KeyState, state),
        number,
        kind: wordOf(KeyUseKind, kind),
        what,
        count,
      })),
    },
    text: table(uses, {
      KEY: ({ state, number }) => [wordOf(KeyState, state), number || ''].join(' ').trim(),
      'IS NEEDED FOR': ({ kind }) => wordOf(KeyUseKind, kind).replace('_', ' '),
      IN: (use) => use.what,
      COUNT: (use) => use.count,
    }),
    hint: hints.length === 0 ? undefined : hints.join('\n'),
  }
}

/** What would be lost without an earlier key; codes that name none may be its. */
function needsOf(number: number, uses: readonly KeyUse[]): readonly KeyUse[] {
  return uses.filter(
    (use) =>
      (use.state === KeyState.PREVIOUS && use.number === number) || use.state === KeyState.UNNAMED,
  )
}

/** What is under a key and cannot be moved, and what its owners need once the key is gone. */
const STAYING: readonly {
  readonly kind: KeyUseKind
  readonly needers: (count: number) => string
  readonly remedy: string
}[] = [
  {
    kind: KeyUseKind.PASSWORD,
    needers: (count) => `${count} passwords, until these people log in`,
    remedy: 'a password reset',
  },
  {
    kind: KeyUseKind.RECOVERY_CODES,
    needers: (count) => `the recovery codes of ${count} people`,
    remedy: 'other recovery codes',
  },
  {
    kind: KeyUseKind.GATEWAY_TOKEN,
    needers: (count) => `the tokens of ${count} gateways, until they have others or expire`,
    remedy: 'another gateway token',
  },
]

function adviceOn(number: number, uses: readonly KeyUse[]): string {
  const needs = needsOf(number, uses)
  const countOf = (kind: KeyUseKind) =>
    needs.reduce((sum, use) => sum + (use.kind === kind ? use.count : 0), 0)
  const key = `Earlier key ${number}`
  if (needs.length === 0) return `${key} can be removed from DEFGUARD_SECRET_KEY_PREVIOUS.`
  if (countOf(KeyUseKind.SEALED) > 0)
    return `${key} is still needed: run "defguard-admin keys rotate".`
  const staying = STAYING.filter(({ kind }) => countOf(kind) > 0)
  const needers = staying.map(({ kind, needers }) => needers(countOf(kind)))
  const remedies = staying.map(({ remedy }) => remedy)
  return `${key} is still needed by ${ALL.format(needers)}. Without it they need ${ANY.format(remedies)}.`
}

const ALL = new Intl.ListFormat('en', { type: 'conjunction' })
const ANY = new Intl.ListFormat('en', { type: 'disjunction' })
