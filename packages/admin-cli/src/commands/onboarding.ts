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
import { parseList } from '../parse-options.js'
import { sections, verbatim } from '../table.js'
import { readTextFile } from '../text-files.js'

interface LanguageOption {
  readonly language?: string
}

interface TextOptions extends LanguageOption {
  readonly page?: string
  readonly mail?: string
  readonly subject?: string
}

interface SetOptions extends TextOptions {
  readonly reset?: string[]
}

interface PreviewOptions extends TextOptions {
  readonly user?: string
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
    .description('print the texts')
    .option('--language <tag>', "which language's (default: the instance's)")
    .action(cli.asAdmin<LanguageOption>(showTexts))
  teach(show, { examples: ['onboarding show', 'onboarding show --json | jq -r .page > page.md'] })

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

  const preview = withTextOptions(
    onboarding.command('preview').description('show what a new person would see'),
  )
    .option('--user <name>', "with this person's data (default: a made-up person's)")
    .action(cli.asAdmin<PreviewOptions>(previewTexts))
  teach(preview, {
    examples: ['onboarding preview', 'onboarding preview --page draft.md --user anna'],
    next: 'Files given here are only looked at; "defguard-admin onboarding set" keeps them.',
  })
}

function withTextOptions(command: Command): Command {
  return command
    .option('--page <file>', 'text of the last page, also mailed; - for standard input')
    .option('--mail <file>', 'text of the welcome mail, if it is to differ; - for standard input')
    .option('--subject <text>', 'subject of the welcome mail')
    .option('--language <tag>', "in which language (default: the instance's)")
}

async function showTexts({ core }: Context, { language = '' }: LanguageOption) {
  return toAnswer(await core.call(OnboardingServiceService.getOnboarding, { language }))
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

async function previewTexts({ core, io }: Context, options: PreviewOptions) {
  const { language = '', user: username = '' } = options
  const texts = await readTexts(io, options)
  const preview = await core.call(OnboardingServiceService.previewOnboarding, {
    language,
    texts,
    username,
    admin_username: '',
  })
  return {
    json: {
      page_markdown: preview.page_markdown,
      page_html: preview.page_html,
      mail_subject: preview.mail_subject,
      mail_html: preview.mail_html,
      mail_text: preview.mail_text,
    },
    text: sections(
      titled('Page', preview.page_markdown),
      titled('Subject of the mail', preview.mail_subject),
      titled('Mail', preview.mail_text),
    ),
  }
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

function toAnswer({ language, texts }: SetOnboardingResponse) {
  return {
    json: {
      language,
      page: texts?.page ?? null,
      mail: texts?.mail ?? null,
      subject: texts?.subject ?? null,
    },
    text: sections(
      verbatim(`Language: ${language}`),
      titled('Page', texts?.page),
      titled('Subject of the mail', texts?.subject),
      titled('Mail', texts?.mail),
    ),
  }
}

function titled(title: string, text: string | undefined) {
  if (text === undefined) return verbatim(`── ${title}: built in ──`)
  return verbatim(text === '' ? `── ${title}: none ──` : `── ${title} ──\n${text}`)
}
