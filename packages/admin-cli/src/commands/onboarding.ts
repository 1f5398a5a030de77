import {
  OnboardingServiceService,
  type OnboardingTexts,
  type SetOnboardingResponse,
} from '@defguard/proto/admin/v1/onboarding'
import type { Command } from 'commander'
import type { Cli, Context } from '../cli.js'
import { usageError } from '../cli-error.js'
import { teach } from '../help.js'
import type { Io } from '../io.js'
import {
  addPersonOptions,
  type LanguageOption,
  onboardingText,
  type PersonOptions,
  previewText,
  titled,
  titleOf,
  toOnboardingJson,
  toPreviewJson,
} from '../onboarding.js'
import { parseList } from '../parse-options.js'
import { sections, verbatim } from '../table.js'
import { readTextFile } from '../text-files.js'
import { addOnboardingEditCommand } from './onboarding-edit.js'
import { addOnboardingHistoryCommands } from './onboarding-history.js'

interface TextOptions extends LanguageOption {
  readonly page?: string
  readonly mail?: string
  readonly subject?: string
}

interface SetOptions extends TextOptions {
  readonly reset?: string[]
}

const TAGS =
  'Texts are Markdown with {{ first_name }} {{ last_name }} {{ username }} {{ instance_name }}\n' +
  '{{ defguard_url }} {{ defguard_version }} {{ admin_first_name }} {{ admin_last_name }}\n' +
  '{{ admin_email }} {{ admin_phone }}, {{#if tag}} … {{else}} … {{/if}} and {{#unless tag}}.'

export function addOnboardingCommands(program: Command, cli: Cli): void {
  const onboarding = program
    .command('onboarding')
    .description("the company's words for new people: last page and welcome mail")

  const show = onboarding
    .command('show')
    .description('print the texts in force, and where each comes from')
    .option('--language <tag>', "which language's (default: the instance's)")
    .action(cli.asAdmin<LanguageOption>(showTexts))
  teach(show, {
    examples: ['onboarding show', 'onboarding show --json | jq -r .in_force.page.text > page.md'],
    next:
      'Whether a welcome mail is sent, and whether it is the page, are settings:\n' +
      'enrollment_send_welcome_email and enrollment_use_welcome_message_as_email.',
  })

  const set = withTextOptions(onboarding.command('set').description('replace texts'))
    .option('--reset <kinds>', 'go back to the built-in page, mail or subject', parseList)
    .action(cli.asAdmin<SetOptions>(setTexts))
  teach(set, {
    examples: [
      'onboarding set --page page.md',
      'onboarding set --page - < page.md',
      'onboarding set --mail mail.md --subject "Welcome, {{ first_name }}"',
      'onboarding set --reset page,mail,subject',
    ],
    next: `${TAGS}\nNext: "defguard-admin onboarding preview".`,
  })

  const preview = addPersonOptions(
    withTextOptions(onboarding.command('preview').description('show what a new person would see')),
  ).action(cli.asAdmin<TextOptions & PersonOptions>(previewTexts))
  teach(preview, {
    examples: [
      'onboarding preview',
      'onboarding preview --page draft.md --user anna',
      'onboarding preview --json | jq -r .mail_html > mail.html',
    ],
    next: 'Files given here are only looked at; "defguard-admin onboarding set" keeps them.',
  })

  addOnboardingEditCommand(onboarding, cli)
  addOnboardingHistoryCommands(onboarding, cli)
}

function withTextOptions(command: Command): Command {
  return command
    .option('--page <file>', 'text of the last page, also mailed; - for standard input')
    .option('--mail <file>', 'text of the welcome mail, if it is to differ; - for standard input')
    .option('--subject <text>', 'subject of the welcome mail')
    .option('--language <tag>', "in which language (default: the instance's)")
}

async function showTexts({ core }: Context, { language = '' }: LanguageOption) {
  const onboarding = await core.call(OnboardingServiceService.getOnboarding, { language })
  return { json: toOnboardingJson(onboarding), text: onboardingText(onboarding) }
}

async function setTexts({ core, io }: Context, options: SetOptions) {
  const texts = await readTexts(io, options)
  const { language = '', reset = [] } = options
  if (Object.values(texts).every((text) => text === undefined) && reset.length === 0) {
    throw usageError('Nothing to set: use --page, --mail, --subject or --reset.')
  }
  const reply = await core.call(OnboardingServiceService.setOnboarding, { language, texts, reset })
  return { ...toAnswer(reply), hint: 'Next: defguard-admin onboarding preview' }
}

async function previewTexts({ core, io }: Context, options: TextOptions & PersonOptions) {
  const { language = '', user: username = '', admin: admin_username = '' } = options
  const texts = await readTexts(io, options)
  const request = { language, texts, username, admin_username }
  const preview = await core.call(OnboardingServiceService.previewOnboarding, request)
  return { json: toPreviewJson(preview), text: previewText(preview) }
}

async function readTexts(io: Io, { page, mail, subject }: TextOptions): Promise<OnboardingTexts> {
  if (page === '-' && mail === '-') {
    throw usageError('--page and --mail cannot both be read from standard input.')
  }
  return {
    page: page === undefined ? undefined : await readTextFile(io, '--page', page),
    mail: mail === undefined ? undefined : await readTextFile(io, '--mail', mail),
    subject,
  }
}

function toAnswer({ language, texts, revision }: SetOnboardingResponse) {
  const { page, mail, subject } = texts ?? {}
  return {
    json: {
      language,
      page: page ?? null,
      mail: mail ?? null,
      subject: subject ?? null,
      revision,
    },
    text: sections(
      verbatim(`Language: ${language}`),
      titled(titleOf('page'), page),
      titled(titleOf('subject'), subject),
      titled(titleOf('mail'), mail),
    ),
  }
}
