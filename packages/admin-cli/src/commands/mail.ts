import { type Mail, MailServiceService, MailState } from '@defguard/proto/admin/v1/mail'
import { type Command, Option } from 'commander'
import type { Cli, Context } from '../cli.js'
import { teach } from '../help.js'
import { attemptTable, mailFacts, NO_SERVER_HINT, toAttemptJson, toMailJson } from '../mails.js'
import { collect, pages } from '../paging.js'
import { parseId } from '../parse-options.js'
import { present } from '../present.js'
import { sections, table } from '../table.js'
import { toLocalTime } from '../timestamps.js'
import { numberOf, wordOf, wordsOf } from '../words.js'
import { addMailChangeCommands } from './mail-changes.js'
import { addMailTestCommand } from './mail-test.js'

interface ListOptions {
  readonly state?: string
  readonly kind?: string
  readonly to?: string
  readonly token?: number
}

export function addMailCommands(program: Command, cli: Cli): void {
  const mail = program
    .command('mail')
    .description('mails to people and admins: what became of them, and trying them again')

  const list = mail
    .command('list')
    .description('list mails, newest first')
    .addOption(new Option('--state <state>', 'only these').choices(wordsOf(MailState)))
    .option('--kind <kind>', 'only of this kind, such as enrollment_invitation')
    .option('--to <address>', 'only to this address')
    .option('--token <id>', 'only about this link, by its id from enrollment list', parseId)
    .action(cli.asAdmin<ListOptions>(listMails))
  teach(list, {
    examples: ['mail list --state given_up', 'mail list --to anna@example.com', 'mail list --json'],
    next:
      'queued: waits for its turn · sending · sent: taken by the mail server · failed: tried again by itself\n' +
      'given_up: refused for good, tried for three days, or its link is dead\n' +
      'cancelled: withdrawn, or a reminder that nobody needs any more',
  })

  const show = mail
    .command('show')
    .description('show a mail and every attempt to send it; never what it says')
    .argument('<id>', 'its id, from mail list', parseId)
    .action(cli.asAdmin<object, [number]>(showMail))
  teach(show, { examples: ['mail show 17'] })

  addMailChangeCommands(mail, cli)
  addMailTestCommand(mail, cli)
}

async function listMails({ core }: Context, { state, kind, to, token }: ListOptions) {
  const filter = {
    state: numberOf(MailState, state),
    kind: kind ?? '',
    recipient: to ?? '',
    token_id: token ?? 0,
  }
  let isConfigured = true
  const mails = await collect(
    pages(
      async (page) => {
        const reply = await core.call(MailServiceService.listMails, { page, ...filter })
        isConfigured = reply.smtp_configured
        return reply
      },
      (reply) => reply.mails,
    ),
  )
  return {
    json: mails.map(toMailJson),
    text: mailTable(mails),
    hint: isConfigured ? emptyHint(mails) : NO_SERVER_HINT,
  }
}

function mailTable(mails: readonly Mail[]) {
  return table(mails, {
    ID: (mail) => mail.id,
    KIND: (mail) => mail.kind,
    TO: (mail) => mail.recipient,
    WRITTEN: (mail) => toLocalTime(mail.created_timestamp),
    STATE: (mail) => wordOf(MailState, mail.state),
    ATTEMPTS: (mail) => mail.attempts,
    NEXT: ({ next_attempt_timestamp: next }) => next && toLocalTime(next),
    'LAST ERROR': (mail) => mail.last_error,
  })
}

function emptyHint(mails: readonly Mail[]): string | undefined {
  return mails.length === 0 ? 'No such mails.' : undefined
}

async function showMail({ core }: Context, _options: object, id: number) {
  const reply = await core.call(MailServiceService.getMail, { id })
  const mail = present(reply.mail)
  const { attempts } = reply
  return {
    json: { ...toMailJson(mail), history: attempts.map(toAttemptJson) },
    text: sections(mailFacts(mail), attemptTable(attempts)),
  }
}
