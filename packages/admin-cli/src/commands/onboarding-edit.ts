import {
  type GetOnboardingResponse,
  OnboardingServiceService,
  type PreviewOnboardingResponse,
} from '@defguard/proto/admin/v1/onboarding'
import type { Command } from 'commander'
import type { Answer, Cli, Context } from '../cli.js'
import { CliError } from '../cli-error.js'
import { Draft, findEditor } from '../editor.js'
import { EXIT } from '../exit-codes.js'
import { teach } from '../help.js'
import {
  addPersonOptions,
  type Kind,
  kindOption,
  type LanguageOption,
  type PersonOptions,
  previewText,
  titleOf,
} from '../onboarding.js'
import { confirm } from '../prompts.js'
import { facts, verbatim } from '../table.js'

interface EditOptions extends LanguageOption, PersonOptions {
  readonly kind: Kind
}

/** What is edited, as it was before. */
interface Subject {
  readonly kind: Kind
  readonly onboarding: GetOnboardingResponse
  readonly draft: Draft
}

export function addOnboardingEditCommand(onboarding: Command, cli: Cli): void {
  const edit = onboarding
    .command('edit')
    .description('change a text in your editor, look at the outcome, and save it')
    .addOption(kindOption('which text').default('page'))
    .option('--language <tag>', "in which language (default: the instance's)")
  addPersonOptions(edit).action(cli.asAdmin<EditOptions>(editText))
  teach(edit, {
    examples: [
      'onboarding edit',
      'onboarding edit --kind mail --language pl --user anna',
      'EDITOR="code --wait" defguard-admin onboarding edit --kind subject',
    ],
    next:
      'VISUAL or EDITOR names the editor. It begins with the text in force; what is wrong is shown\n' +
      'with its line, and nothing that you have typed is lost. An empty file means no text at all.',
  })
}

async function editText(context: Context, options: EditOptions): Promise<Answer> {
  const { core, io } = context
  const { kind, language = '' } = options
  const editor = findEditor(io)
  const onboarding = await core.call(OnboardingServiceService.getOnboarding, { language })
  const draft = await Draft.create(
    `${kind}.${onboarding.language}.md`,
    withLineBreak(beginningOf(onboarding, kind)),
  )
  try {
    const answer = await editDraft(context, options, editor, { kind, onboarding, draft })
    await draft.remove()
    return answer
  } catch (err) {
    throw await keep(draft, err, context)
  }
}

/** What is stored, even if it cannot be used: it is to be mended. Else what is in force. */
function beginningOf({ texts, in_force }: GetOnboardingResponse, kind: Kind): string {
  return texts?.[kind] ?? in_force.find((text) => text.kind === kind)?.text ?? ''
}

async function editDraft(
  context: Context,
  options: EditOptions,
  editor: string,
  subject: Subject,
): Promise<Answer> {
  for (;;) {
    await subject.draft.edit(context.io, editor)
    if (await subject.draft.isUntouched()) return unchanged(subject)
    const text = toText(await subject.draft.read(), subject.kind)
    const preview = await previewOrAskAgain(context, options, subject, text)
    if (!preview) continue
    if (!context.options.json) context.io.stderr.write(previewText(preview)({ columns: undefined }))
    if (await isToBeSaved(context)) return save(context, subject, text, preview)
  }
}

/** Undefined when the text is refused and the person wants to mend it. */
async function previewOrAskAgain(
  { core, io }: Context,
  { user: username = '', admin: admin_username = '' }: EditOptions,
  { kind, onboarding: { language } }: Subject,
  text: string,
): Promise<PreviewOnboardingResponse | undefined> {
  const texts = { page: undefined, mail: undefined, subject: undefined, [kind]: text }
  const request = { language, texts, username, admin_username }
  try {
    return await core.call(OnboardingServiceService.previewOnboarding, request)
  } catch (err) {
    const isFaulty = err instanceof CliError && err.reason === 'invalid_template'
    if (!isFaulty || !io.stdin.isTTY) throw err
    io.stderr.write(
      `It cannot be saved like this:\n${err.lines.map((line) => `  ${line}\n`).join('')}`,
    )
    if (await confirm(io, 'Edit it again?')) return undefined
    throw err
  }
}

/** False when the person wants to go on editing. @throws CliError when they want to stop */
async function isToBeSaved({ io, options }: Context): Promise<boolean> {
  if (options.yes || !io.stdin.isTTY) return true
  if (await confirm(io, 'Save it?')) return true
  if (await confirm(io, 'Edit it again?')) return false
  throw new CliError(EXIT.refused, 'not_confirmed', 'Nothing was changed.')
}

async function save(
  { core }: Context,
  { kind, onboarding: { language, revision: seen } }: Subject,
  text: string,
  { warnings }: PreviewOnboardingResponse,
): Promise<Answer> {
  const { revision } = await core.call(OnboardingServiceService.setOnboarding, {
    language,
    texts: { page: undefined, mail: undefined, subject: undefined, [kind]: text },
    reset: [],
    expected_revision: seen,
  })
  return {
    json: { kind, language, revision, saved: true, warnings },
    text: facts({ Saved: titleOf(kind), Language: language, Revision: revision }),
    hint: 'The way back: defguard-admin onboarding history',
  }
}

function unchanged({ kind, onboarding: { language, revision } }: Subject): Answer {
  return {
    json: { kind, language, revision, saved: false, warnings: [] },
    text: verbatim('It is as it was: nothing was saved.'),
  }
}

/** Editors end the last line, so a text that does not end it would seem changed. */
function withLineBreak(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`
}

function toText(edited: string, kind: Kind): string {
  if (edited.trim() === '') return ''
  return kind === 'subject' ? edited.replace(/[\r\n]+$/, '') : edited
}

/** Leaves what was typed where it is, and says where; what was not touched goes. */
async function keep(draft: Draft, err: unknown, { io, options }: Context): Promise<unknown> {
  if (await draft.isUntouched()) {
    await draft.remove()
    return err
  }
  const where = `Your text is kept in ${draft.path}`
  if (!(err instanceof CliError)) {
    io.stderr.write(`${where}\n`)
    return err
  }
  const { exitCode, reason, field, lines } = err
  const message = options.json ? `${err.message} ${where}` : err.message
  const advice = reason === 'changed_meanwhile' ? ['See "defguard-admin onboarding history".'] : []
  const hint = [...(err.hint ? [err.hint] : []), ...advice, where].join('\n')
  return new CliError(exitCode, reason, message, { field, lines, hint })
}
