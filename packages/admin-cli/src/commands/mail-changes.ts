import { type Mail, MailServiceService, MailState } from '@defguard/proto/admin/v1/mail'
import { type Command, Option } from 'commander'
import { type Answer, assertConfirmed, type Cli, type Context } from '../cli.js'
import { CliError, usageError } from '../cli-error.js'
import { LARGE_DEADLINE_MS } from '../core-client.js'
import { EXIT } from '../exit-codes.js'
import { teach } from '../help.js'
import { mailFacts, NO_SERVER_HINT, toMailJson } from '../mails.js'
import { doEach, exitCodeOf, failuresOf, type Outcome, toOutcomeJson } from '../outcomes.js'
import { parseId } from '../parse-options.js'
import { present } from '../present.js'
import { facts, sections } from '../table.js'
import { numberOf } from '../words.js'

interface RetryOptions {
  readonly state?: string
  readonly kind?: string
  readonly to?: string
}

export function addMailChangeCommands(mail: Command, cli: Cli): void {
  const retry = mail
    .command('retry')
    .description('send mails again, now and for three more days')
    .argument('[id...]', 'their ids, from mail list', parseIds)
    .addOption(
      new Option('--state <state>', 'all in this state, for after an outage').choices([
        'failed',
        'given_up',
      ]),
    )
    .option('--kind <kind>', 'with --state: only of this kind')
    .option('--to <address>', 'with --state: only to this address')
    .action(cli.asAdmin<RetryOptions, [number[] | undefined]>(retryMails))
  teach(retry, {
    examples: ['mail retry 17 18', 'mail retry --state given_up'],
    next:
      'A mail whose link is dead cannot be sent again: "defguard-admin enrollment resend" issues a new\n' +
      'link. When some of several cannot be sent, the exit code is 7.',
  })

  const cancel = mail
    .command('cancel')
    .description('withdraw mails that were not sent yet; their contents are erased')
    .argument('<id...>', 'their ids, from mail list', parseIds)
    .action(cli.asAdmin<object, [number[]]>(cancelMails))
  teach(cancel, {
    examples: ['mail cancel 17', 'mail cancel 17 18 --yes'],
    next: 'A link goes on working: "defguard-admin enrollment revoke" withdraws it.',
  })
}

/** commander calls this for each operand, with what it gave for those before. */
function parseIds(text: string, before: readonly number[] = []): number[] {
  return [...before, parseId(text)]
}

async function retryMails(context: Context, options: RetryOptions, ids: readonly number[] = []) {
  const { state, kind, to } = options
  if (ids.length > 0 && state !== undefined) throw usageError('Name mails or --state, not both.')
  if (state !== undefined) return retryAll(context, { ...options, state })
  if (kind !== undefined || to !== undefined) throw usageError('--kind and --to need --state.')
  if (ids.length === 0) throw usageError('Which? Name mails by id, or use --state.')
  let isConfigured = true
  const outcomes = await doEach(ids.map(String), async (id) => {
    const reply = await context.core.call(MailServiceService.retryMail, { id: Number(id) })
    isConfigured = reply.smtp_configured
    return present(reply.mail)
  })
  return toAnswer(outcomes, 'queued again', isConfigured ? undefined : NO_SERVER_HINT)
}

async function retryAll(
  { core, io }: Context,
  { state, kind, to }: RetryOptions & { readonly state: string },
): Promise<Answer> {
  const settings = { signal: io.signal, deadlineMs: LARGE_DEADLINE_MS }
  const request = {
    state: numberOf(MailState, state),
    kind: kind ?? '',
    recipient: to ?? '',
  }
  const { retryMails: method } = MailServiceService
  const { retried, left, smtp_configured } = await core.call(method, request, settings)
  const resend =
    'What is left can no longer be sent, mostly because its link is dead: "defguard-admin enrollment resend" issues new ones.'
  return {
    json: { retried, left, smtp_configured },
    text: facts({ 'Queued again': retried, Left: left }),
    hint: smtp_configured ? (left > 0 ? resend : undefined) : NO_SERVER_HINT,
    exitCode: left === 0 ? EXIT.done : retried > 0 ? EXIT.partlyDone : EXIT.refused,
  }
}

async function cancelMails(context: Context, _options: object, ids: readonly number[]) {
  const what = ids.length === 1 ? `mail ${ids[0]}` : `${ids.length} mails`
  await assertConfirmed(context, `Cancel ${what}? It cannot be undone.`)
  const outcomes = await doEach(ids.map(String), async (id) => {
    const reply = await context.core.call(MailServiceService.cancelMail, { id: Number(id) })
    return present(reply.mail)
  })
  return toAnswer(outcomes, 'cancelled')
}

function toAnswer(
  outcomes: readonly Outcome<Mail>[],
  done: string,
  hint = summary(outcomes, done),
): Answer {
  const [only, ...more] = outcomes
  // What one mail is refused for is the command's own failure.
  if (only?.result instanceof CliError && more.length === 0) throw only.result
  return {
    json: outcomes.map((outcome) => toOutcomeJson(outcome, toMailJson)),
    text: sections(...outcomes.map(outcomeFacts)),
    hint,
    exitCode: exitCodeOf(outcomes),
  }
}

function summary(outcomes: readonly Outcome<Mail>[], done: string): string {
  const failed = failuresOf(outcomes).length
  return `${outcomes.length - failed} ${done}, ${failed} failed.`
}

function outcomeFacts({ reference, result }: Outcome<Mail>) {
  if (result instanceof CliError) return facts({ Id: reference, Failed: result.message })
  return mailFacts(result)
}
