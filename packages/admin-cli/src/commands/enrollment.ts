import {
  EnrollmentAdminServiceService,
  TokenKind,
  TokenState,
} from '@defguard/proto/admin/v1/enrollments'
import { type Command, Option } from 'commander'
import { assertConfirmed, type Cli, type Context } from '../cli.js'
import { teach } from '../help.js'
import {
  addDeliveryOptions,
  type DeliveryOptions,
  invitationText,
  toInvitationJson,
  toInvitationOptions,
} from '../invitation.js'
import { collect } from '../paging.js'
import { present } from '../present.js'
import { facts, table } from '../table.js'
import { toLocalTime } from '../timestamps.js'
import { linkMailWords, listTokens, type TokenFilter, toReference, toTokenJson } from '../tokens.js'
import { wordOf, wordsOf } from '../words.js'
import { addResendCommand } from './enrollment-resend.js'
import { addWatchCommand } from './enrollment-watch.js'

export function addEnrollmentCommands(program: Command, cli: Cli): void {
  const enrollment = program
    .command('enrollment')
    .description('invitations and other tokens: follow, withdraw and issue them again')

  const start = enrollment
    .command('start')
    .description('issue a link for a pending person; older links of theirs stop working')
    .argument('<name>', 'username')
  addDeliveryOptions(start).action(cli.asAdmin<DeliveryOptions, [string]>(startEnrollment))
  teach(start, {
    examples: [
      'enrollment start anna',
      'enrollment start anna --send-email',
      'enrollment start anna --json | jq -r .url',
    ],
    next: 'The link is shown only here. Follow it with "defguard-admin enrollment list --user NAME".',
  })

  const list = enrollment
    .command('list')
    .description('list links, newest first, and how far people are')
    .addOption(new Option('--state <state>', 'only these').choices(wordsOf(TokenState)))
    .addOption(new Option('--kind <kind>', 'only these').choices(wordsOf(TokenKind)))
    .option('--user <name>', 'only those of this person')
    .action(cli.asAdmin<TokenFilter>(listEnrollments))
  teach(list, {
    examples: ['enrollment list', 'enrollment list --state expired', 'enrollment list --json'],
    next:
      'open: not used yet · in_progress: started · activated: done · over: started, ran out of time\n' +
      'expired: never used in time · revoked: withdrawn or replaced\n' +
      'A mail that failed is tried again by itself; "defguard-admin mail list" tells more.',
  })

  const revoke = enrollment
    .command('revoke')
    .description('withdraw a link; whoever is using it is stopped')
    .argument('<id|name>', "a token's id, or a username: the person's newest token")
    .action(cli.asAdmin<object, [string]>(revokeEnrollment))
  teach(revoke, { examples: ['enrollment revoke 17', 'enrollment revoke anna --yes'] })

  addResendCommand(enrollment, cli)
  addWatchCommand(enrollment, cli)
}

async function startEnrollment({ core }: Context, options: DeliveryOptions, username: string) {
  const reply = await core.call(EnrollmentAdminServiceService.issueEnrollment, {
    username,
    options: toInvitationOptions(options),
  })
  const invitation = present(reply.invitation)
  return {
    json: toInvitationJson(invitation),
    text: invitationText(invitation),
    hint: `Next: defguard-admin enrollment list --user ${username}`,
  }
}

async function listEnrollments({ core }: Context, filter: TokenFilter) {
  const tokens = await collect(listTokens(core, filter))
  return {
    json: tokens.map(toTokenJson),
    text: table(tokens, {
      ID: (token) => token.id,
      KIND: (token) => wordOf(TokenKind, token.kind),
      USER: (token) => token.user,
      STATE: (token) => wordOf(TokenState, token.state),
      'ISSUED BY': (token) => token.issued_by,
      ISSUED: (token) => toLocalTime(token.issued_timestamp),
      'VALID UNTIL': (token) => toLocalTime(token.deadline_timestamp ?? token.expires_timestamp),
      MAIL: linkMailWords,
    }),
    hint: tokens.length === 0 ? 'No links. Issue one: defguard-admin enrollment start' : undefined,
  }
}

async function revokeEnrollment(context: Context, _options: object, reference: string) {
  const whose = /^\d+$/.test(reference) ? `token ${reference}` : `the newest token of ${reference}`
  await assertConfirmed(context, `Revoke ${whose}? Its link stops working at once.`)
  const reply = await context.core.call(EnrollmentAdminServiceService.revokeToken, {
    token: toReference(reference),
  })
  const token = present(reply.token)
  return {
    json: toTokenJson(token),
    text: facts({
      Id: token.id,
      User: token.user,
      Kind: wordOf(TokenKind, token.kind),
      State: wordOf(TokenState, token.state),
    }),
    hint: `Next: defguard-admin enrollment start ${token.user} issues a new one.`,
  }
}
