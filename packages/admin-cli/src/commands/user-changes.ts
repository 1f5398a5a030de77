import type { Token } from '@defguard/proto/admin/v1/enrollments'
import { User, UserServiceService } from '@defguard/proto/admin/v1/users'
import type { Command } from 'commander'
import { assertConfirmed, type Cli, type Context } from '../cli.js'
import { usageError } from '../cli-error.js'
import { teach } from '../help.js'
import { parseList } from '../parse-options.js'
import { present } from '../present.js'
import { readNewSecret } from '../prompts.js'
import { verbatim } from '../table.js'
import { revokedHint, toTokenJson } from '../tokens.js'
import { toUserJson, userFacts } from '../users.js'

interface UpdateOptions {
  readonly username?: string
  readonly firstName?: string
  readonly lastName?: string
  readonly email?: string
  readonly phone?: string
  readonly language?: string
  readonly group?: string[]
}

interface DeleteOptions {
  readonly takeOver?: boolean
}

export function addUserChangeCommands(user: Command, cli: Cli): void {
  const update = user
    .command('update')
    .description('change a person: only what is named')
    .argument('<name>', 'username')
    .option('--username <name>', 'another login name')
    .option('--first-name <name>', 'first name')
    .option('--last-name <name>', 'last name')
    .option('--email <address>', 'e-mail address')
    .option('--phone <number>', 'telephone number; "" clears it')
    .option('--language <tag>', 'language of their mails and pages; "" clears it')
    .option('--group <names>', 'the groups to be in, and no others; "" for none', parseList)
    .action(cli.asAdmin<UpdateOptions, [string]>(updateUser))
  teach(update, {
    examples: ['user update anna --last-name Kowalska', 'user update anna --group staff,vpn'],
    next: 'Groups take effect on their devices at once.',
  })

  const disable = user
    .command('disable')
    .description('shut a person out until they are enabled again')
    .argument('<name>', 'username')
    .action(cli.asAdmin<object, [string]>(disableUser))
  teach(disable, {
    examples: ['user disable anna', 'user disable anna --yes --json'],
    next:
      'Their sessions end, links they have not started are dead, and so is every link they issued\n' +
      'to others. Devices keep their addresses.',
  })

  const enable = user
    .command('enable')
    .description('let a disabled person in again')
    .argument('<name>', 'username')
    .action(cli.asAdmin<object, [string]>(enableUser))
  teach(enable, {
    examples: ['user enable anna'],
    next: 'Revoked links stay dead: issue new ones.',
  })

  const remove = user
    .command('delete')
    .description('remove a person with their devices')
    .argument('<name>', 'username')
    .option('--take-over', 'links they issued to others become yours instead of being revoked')
    .action(cli.asAdmin<DeleteOptions, [string]>(deleteUser))
  teach(remove, { examples: ['user delete anna', 'user delete anna --take-over'] })

  const setPassword = user
    .command('set-password')
    .description('give somebody else a password, typed or from standard input')
    .argument('<name>', 'username')
    .action(cli.asAdmin<object, [string]>(setUserPassword))
  teach(setPassword, {
    examples: ['user set-password anna', 'user set-password anna < password.txt'],
    next: 'Your own: "defguard-admin password".',
  })

  const resetMfa = user
    .command('reset-mfa')
    .description('take the second factors of somebody who has lost them away')
    .argument('<name>', 'username')
    .action(cli.asAdmin<object, [string]>(resetUserMfa))
  teach(resetMfa, { examples: ['user reset-mfa anna'] })
}

async function updateUser({ core }: Context, options: UpdateOptions, username: string) {
  const values = {
    username: options.username,
    first_name: options.firstName,
    last_name: options.lastName,
    email: options.email,
    phone: options.phone,
    language: options.language,
    groups: options.group,
  }
  const named = Object.entries(values).filter(([, value]) => value !== undefined)
  if (named.length === 0) throw usageError('What is to change? Name it with an option.')
  const reply = await core.call(UserServiceService.updateUser, {
    username,
    user: { ...User.decode(new Uint8Array()), ...(Object.fromEntries(named) as Partial<User>) },
    update_mask: named.map(([path]) => path),
  })
  return toChanged(present(reply.user), reply.revoked_tokens)
}

async function disableUser(context: Context, _options: object, username: string) {
  await assertConfirmed(
    context,
    `Disable ${username}? Their sessions end, and links that they issued stop working.`,
  )
  const reply = await context.core.call(UserServiceService.disableUser, { username })
  return toChanged(present(reply.user), reply.revoked_tokens)
}

async function enableUser({ core }: Context, _options: object, username: string) {
  const reply = await core.call(UserServiceService.enableUser, { username })
  return toAnswer(present(reply.user))
}

async function deleteUser(context: Context, { takeOver }: DeleteOptions, username: string) {
  const links = takeOver ? 'become yours' : 'stop working'
  await assertConfirmed(
    context,
    `Delete ${username} and all their devices for good? Links that they issued ${links}.`,
  )
  const reply = await context.core.call(UserServiceService.deleteUser, {
    username,
    take_over_tokens: takeOver ?? false,
  })
  const takenOver = reply.taken_over_tokens
  return {
    json: {
      username,
      deleted: true,
      revoked_tokens: reply.revoked_tokens.map(toTokenJson),
      taken_over_tokens: takenOver.map(toTokenJson),
    },
    text: verbatim(`${username} is deleted.`),
    hint:
      takenOver.length > 0
        ? `${takenOver.length} links they had issued are yours now.`
        : revokedHint(reply.revoked_tokens),
  }
}

async function setUserPassword({ core, io }: Context, _options: object, username: string) {
  const password = await readNewSecret(io, `New password of ${username}: `)
  const reply = await core.call(UserServiceService.setPassword, { username, password })
  return toAnswer(present(reply.user))
}

async function resetUserMfa(context: Context, _options: object, username: string) {
  await assertConfirmed(
    context,
    `Take the second factors of ${username} away? The password alone is enough then.`,
  )
  const reply = await context.core.call(UserServiceService.resetMfa, { username })
  return toAnswer(present(reply.user))
}

function toAnswer(user: User) {
  return { json: toUserJson(user), text: userFacts(user) }
}

function toChanged(user: User, revoked: readonly Token[]) {
  return {
    json: { ...toUserJson(user), revoked_tokens: revoked.map(toTokenJson) },
    text: userFacts(user),
    hint: revokedHint(revoked),
  }
}
