import { MailServiceService, SmtpStep } from '@defguard/proto/admin/v1/mail'
import type { Command } from 'commander'
import type { Cli, Context } from '../cli.js'
import { EXIT } from '../exit-codes.js'
import { teach } from '../help.js'
import { facts } from '../table.js'
import { wordOf } from '../words.js'

/** Core waits for the mail server, a minute at most. */
const DEADLINE_MS = 90_000

export function addMailTestCommand(mail: Command, cli: Cli): void {
  const test = mail
    .command('test')
    .description('send a test mail, and show what the mail server says')
    .argument('<address>', 'where to')
    .action(cli.asAdmin<object, [string]>(testMail))
  teach(test, {
    examples: ['mail test you@example.com'],
    next: 'The exit code is 5 when the mail server does not take it.',
  })
}

async function testMail({ core, io }: Context, _options: object, address: string) {
  const settings = { signal: io.signal, deadlineMs: DEADLINE_MS }
  const { sendTestMail: method } = MailServiceService
  const reply = await core.call(method, { address }, settings)
  const { mail_id, server, accepted, answer, stopped_at } = reply
  const step = accepted ? undefined : wordOf(SmtpStep, stopped_at)
  return {
    json: { id: mail_id, server, accepted, answer, stopped_at: step ?? null },
    text: facts({
      Server: server,
      Result: accepted ? 'taken by the mail server' : `stopped at: ${step}`,
      Answer: answer,
    }),
    hint: accepted ? `Look into the mailbox of ${address}.` : HINTS[stopped_at],
    exitCode: accepted ? EXIT.done : EXIT.refused,
  }
}

const LOOK_AT = (...settings: string[]) => `Look at the settings ${settings.join(', ')}.`

/** What to look at when a mail is stopped there. */
const HINTS: { readonly [Step in SmtpStep]?: string } = {
  [SmtpStep.CONNECT]: LOOK_AT('smtp_server', 'smtp_port', 'smtp_encryption'),
  [SmtpStep.TLS]: LOOK_AT('smtp_encryption', 'smtp_ca'),
  [SmtpStep.LOGIN]: LOOK_AT('smtp_user', 'smtp_password'),
  [SmtpStep.SENDER]: LOOK_AT('smtp_sender'),
  [SmtpStep.RECIPIENT]: 'The mail server does not take mail for this address.',
  [SmtpStep.TIMEOUT]: LOOK_AT('smtp_server', 'smtp_port', 'smtp_timeout_seconds'),
}
