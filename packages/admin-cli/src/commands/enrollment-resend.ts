import {
  EnrollmentAdminServiceService,
  type Invitation,
  type Token,
  TokenState,
} from '@defguard/proto/admin/v1/enrollments'
import { type Command, Option } from 'commander'
import { assertConfirmed, type Cli, type Context } from '../cli.js'
import { CliError, usageError } from '../cli-error.js'
import type { CoreClient } from '../core-client.js'
import { teach } from '../help.js'
import { invitationText, toInvitationJson } from '../invitation.js'
import { doEach, exitCodeOf, failuresOf, type Outcome, toOutcomeJson } from '../outcomes.js'
import { present } from '../present.js'
import { facts, sections } from '../table.js'
import { toLocalTime } from '../timestamps.js'
import { listTokens, toReference } from '../tokens.js'
import { wordOf, wordsOf } from '../words.js'

interface ResendOptions {
  readonly state?: string
}

export function addResendCommand(enrollment: Command, cli: Cli): void {
  const resend = enrollment
    .command('resend')
    .description('issue new links in place of old ones, and mail them where the old ones went')
    .argument('[id|name...]', "tokens' ids, or usernames: each person's newest token")
    .addOption(
      new Option('--state <state>', 'everybody whose newest token is in this state').choices(
        wordsOf(TokenState),
      ),
    )
    .action(cli.asAdmin<ResendOptions, [string[]]>(resendEnrollments))
  teach(resend, {
    examples: [
      'enrollment resend anna',
      'enrollment resend 17 18 19',
      'enrollment resend --state expired',
    ],
    next:
      'When some of several fail, the rest is done all the same and the exit code is 7.\n' +
      'Whoever was mailed a link within the last minute is skipped; the setting is\n' +
      'enrollment_resend_cooldown_seconds.',
  })
}

async function resendEnrollments(
  context: Context,
  { state }: ResendOptions,
  references: readonly string[],
) {
  const { core } = context
  if (references.length === 0 && state === undefined) {
    throw usageError('Whose? Name tokens or people, or use --state.')
  }
  if (state === undefined && references[0] !== undefined && references.length === 1) {
    return one(await resend(core, references[0]))
  }
  const chosen = state === undefined ? references : await inState(core, state, references)
  if (state !== undefined && chosen.length > 0) {
    await assertConfirmed(context, `Issue ${chosen.length} new links? The old ones stop working.`)
  }
  return many(await doEach(chosen, (reference) => resend(core, reference)))
}

/** The ids of the tokens in a state that nothing newer has replaced. */
async function inState(
  core: CoreClient,
  state: string,
  references: readonly string[],
): Promise<string[]> {
  const newest = new Map<string, Token>()
  for await (const token of listTokens(core)) {
    const key = `${token.kind} ${token.user}`
    if (!newest.has(key)) newest.set(key, token)
  }
  const wanted = new Set(references.map((reference) => reference.toLowerCase()))
  const isWanted = ({ id, user }: Token) =>
    wanted.size === 0 || wanted.has(String(id)) || wanted.has(user.toLowerCase())
  return [...newest.values()]
    .filter((token) => wordOf(TokenState, token.state) === state && isWanted(token))
    .map((token) => String(token.id))
}

async function resend(core: CoreClient, reference: string): Promise<Invitation> {
  const token = toReference(reference)
  const reply = await core.call(EnrollmentAdminServiceService.resendToken, { token })
  return present(reply.invitation)
}

function one(invitation: Invitation) {
  return {
    json: toInvitationJson(invitation),
    text: invitationText(invitation),
    hint: 'The old link no longer works.',
  }
}

function many(outcomes: readonly Outcome<Invitation>[]) {
  const errors = failuresOf(outcomes)
  const skipped = errors.filter(isSkipped).length
  const counts = [
    `${outcomes.length - errors.length} resent`,
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
    `${errors.length - skipped} failed`,
  ]
  return {
    json: outcomes.map((outcome) => toOutcomeJson(outcome, toInvitationJson)),
    text: sections(...outcomes.map(outcomeFacts)),
    hint: `${counts.join(', ')}.`,
    exitCode: exitCodeOf(outcomes),
  }
}

/** Whoever was mailed a moment ago has a link that works. */
function isSkipped({ reason }: CliError): boolean {
  return reason === 'rate_limited'
}

function outcomeFacts({ reference, result }: Outcome<Invitation>) {
  if (result instanceof CliError) {
    const what = isSkipped(result) ? 'Skipped' : 'Failed'
    return facts({ Token: reference, [what]: result.message })
  }
  return facts({
    Token: reference,
    'New link': result.url,
    Expires: toLocalTime(result.expires_timestamp),
    'Mailed to': result.mailed_to ?? 'nobody: hand it over yourself',
  })
}
