import { AuthServiceService, type SetupTotpResponse } from '@defguard/proto/admin/v1/auth'
import type { Command } from 'commander'
import type { Cli, Context } from '../cli.js'
import { CliError, usageError } from '../cli-error.js'
import { teach } from '../help.js'
import { askSecret, readSecret } from '../prompts.js'
import { qrCode } from '../qr-code.js'
import { isCodeRequired } from '../session.js'
import { facts, sections, verbatim } from '../table.js'

/** People mistype a code; after five wrong ones core wants to begin anew. */
const ATTEMPTS_MAX = 3

export function addMfaCommands(program: Command, cli: Cli): void {
  const mfa = program.command('mfa').description('the second factor of your own account')

  const setup = mfa
    .command('setup')
    .description('set up an authenticator app; your other sessions end')
    .action(cli.asAdmin(setUp))
  teach(setup, {
    examples: ['mfa setup', 'mfa setup --json > recovery-codes.json'],
    next: 'It asks for your password, and shows a QR code for the app; so it needs a terminal.',
  })

  const recoveryCodes = mfa
    .command('recovery-codes')
    .description('replace your recovery codes; those there are end')
    .action(cli.asAdmin(replaceRecoveryCodes))
  teach(recoveryCodes, {
    examples: ['mfa recovery-codes', 'mfa recovery-codes < code.txt'],
    next: 'It asks for a code of your app, or takes it from standard input.',
  })
}

async function setUp(context: Context) {
  const { core, io, options } = context
  if (!io.stdin.isTTY) throw usageError('"mfa setup" talks with you: run it at a terminal.')
  const password = await askSecret(io, 'Password: ')
  const reply = await beginOrAskForCode(context, password)
  // Standard output is for what comes of it.
  io.stderr.write(toConversation(reply)({ columns: io.stderr.columns }))
  const { recovery_codes } = await untilRight(context, (code) =>
    core.call(AuthServiceService.finishTotp, { code }),
  )
  return answerOf(recovery_codes, options.json ? '' : 'Your account has a second factor now.\n')
}

/** Only core knows whether the account has a factor already. */
async function beginOrAskForCode({ core, io }: Context, password: string) {
  try {
    return await core.call(AuthServiceService.setupTotp, { password })
  } catch (err) {
    if (!isCodeRequired(err)) throw err
    io.stderr.write(`${err.message}\n`)
    const code = await askSecret(io, 'Code of your present second factor: ')
    return core.call(AuthServiceService.setupTotp, { password, code })
  }
}

async function untilRight<T>({ io }: Context, act: (code: string) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await act(await askSecret(io, 'Code that the app shows: '))
    } catch (err) {
      const isWrong = err instanceof CliError && err.reason === 'mfa_code'
      if (!isWrong || attempt === ATTEMPTS_MAX) throw err
      io.stderr.write(
        'That is not right. Wait for the next one, and look at the clock of your phone.\n',
      )
    }
  }
}

async function replaceRecoveryCodes({ core, io }: Context) {
  const code = await readSecret(io, 'Code that the app shows: ')
  const reply = await core.call(AuthServiceService.regenerateRecoveryCodes, { code })
  return answerOf(reply.recovery_codes, '')
}

function toConversation({ totp_secret, key_uri }: SetupTotpResponse) {
  return sections(
    verbatim('Scan this with your authenticator app, or type the secret:'),
    qrCode(key_uri),
    facts({ Secret: totp_secret }),
  )
}

function answerOf(codes: readonly string[], before: string) {
  return {
    json: { recovery_codes: codes },
    text: verbatim(`${before}Recovery codes, each good for one login:\n${codes.join('\n')}`),
    hint: 'They are shown only here: keep them where you find them without your phone.',
  }
}
