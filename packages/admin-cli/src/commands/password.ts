import { AuthServiceService } from '@defguard/proto/admin/v1/auth'
import type { Command } from 'commander'
import type { Cli, Context } from '../cli.js'
import { teach } from '../help.js'
import { askSecret, readNewSecret, readSecrets } from '../prompts.js'
import { verbatim } from '../table.js'

export function addPasswordCommand(program: Command, cli: Cli): void {
  const password = program
    .command('password')
    .description('change your own password; your other sessions end')
    .action(cli.asAdmin(changePassword))
  teach(password, {
    examples: ['password', 'password < old-and-new.txt'],
    next: 'On standard input the old password is the first line and the new one the last.',
  })
}

async function changePassword({ core, io }: Context) {
  const [old_password, new_password] = io.stdin.isTTY
    ? [await askSecret(io, 'Old password: '), await readNewSecret(io, 'New password: ')]
    : await readSecrets(io, ['', ''])
  await core.call(AuthServiceService.changePassword, { old_password, new_password })
  return { json: { changed: true }, text: verbatim('Your password is changed.') }
}
