import {
  type OnboardingRevision,
  OnboardingServiceService,
} from '@defguard/proto/admin/v1/onboarding'
import type { Command } from 'commander'
import type { Cli, Context } from '../cli.js'
import { teach } from '../help.js'
import { kindOption, type LanguageOption, titleOf, toRevisionJson } from '../onboarding.js'
import { collect, pages } from '../paging.js'
import { parseId } from '../parse-options.js'
import { present } from '../present.js'
import { facts, table, verbatim } from '../table.js'
import { toLocalTime } from '../timestamps.js'

interface HistoryOptions extends LanguageOption {
  readonly kind?: string
  readonly show?: number
}

export function addOnboardingHistoryCommands(onboarding: Command, cli: Cli): void {
  const history = onboarding
    .command('history')
    .description('list who changed which text when, newest first')
    .option('--language <tag>', 'only for this language')
    .addOption(kindOption('only these texts'))
    .option('--show <revision>', 'print the text of this revision instead', parseId)
    .action(cli.asAdmin<HistoryOptions>(showHistory))
  teach(history, {
    examples: [
      'onboarding history',
      'onboarding history --kind page --language pl',
      'onboarding history --show 12 > page.md',
    ],
    next: 'Next: "defguard-admin onboarding restore REVISION" puts a text into force again.',
  })

  const restore = onboarding
    .command('restore')
    .description('put the text of an earlier revision into force again')
    .argument('<revision>', 'its number in "onboarding history"', parseId)
    .action(cli.asAdmin<object, [number]>(restoreRevision))
  teach(restore, {
    examples: ['onboarding restore 12'],
    next: 'It becomes a new revision; nothing of the history is lost.',
  })
}

async function showHistory({ core }: Context, { language = '', kind = '', show }: HistoryOptions) {
  if (show !== undefined) {
    const { getOnboardingRevision } = OnboardingServiceService
    return toText(present((await core.call(getOnboardingRevision, { revision: show })).revision))
  }
  const revisions = await collect(
    pages(
      (page) => core.call(OnboardingServiceService.listOnboardingHistory, { page, language, kind }),
      (reply) => reply.revisions,
    ),
  )
  return {
    json: revisions.map(toRevisionJson),
    text: table(revisions, {
      REVISION: ({ revision }) => revision,
      KIND: (revision) => revision.kind,
      LANGUAGE: (revision) => revision.language,
      BY: ({ author }) => author,
      WHEN: ({ created_timestamp }) => toLocalTime(created_timestamp),
      TEXT: summaryOf,
    }),
    hint: revisions.length === 0 ? 'No text was ever changed: all are built in.' : undefined,
  }
}

async function restoreRevision({ core }: Context, _options: object, number: number) {
  const reply = await core.call(OnboardingServiceService.restoreOnboarding, { revision: number })
  const revision = present(reply.revision)
  return {
    json: toRevisionJson(revision),
    text: facts({
      Revision: revision.revision,
      Kind: titleOf(revision.kind),
      Language: revision.language,
      By: revision.author,
      When: toLocalTime(revision.created_timestamp),
      Text: summaryOf(revision),
    }),
    hint: 'Next: defguard-admin onboarding preview',
  }
}

function toText(revision: OnboardingRevision) {
  return {
    json: toRevisionJson(revision),
    text: verbatim(revision.text ?? ''),
    hint: revision.text ? undefined : `This revision has no text: ${summaryOf(revision)}.`,
  }
}

const SUMMARY_MAX = 60

/** How a text begins. */
function summaryOf({ text }: OnboardingRevision): string {
  if (text === undefined) return 'built in'
  const line = text.split(/\r\n?|\n/).find((candidate) => candidate.trim() !== '')
  if (line === undefined) return 'none'
  return line.length > SUMMARY_MAX ? `${line.slice(0, SUMMARY_MAX)}…` : line
}
