import { randomUUID } from 'node:crypto'
import {
  type CreateUserRequest,
  UserServiceService,
  UserState,
} from '@defguard/proto/admin/v1/users'
import { type Command, Option } from 'commander'
import type { Cli, Context } from '../cli.js'
import { usageError } from '../cli-error.js'
import { teach } from '../help.js'
import { invitationText, toInvitationJson } from '../invitation.js'
import { collect, pages } from '../paging.js'
import { parseList } from '../parse-options.js'
import { present } from '../present.js'
import { readSecret } from '../prompts.js'
import { sections, table } from '../table.js'
import { linkMailWords } from '../tokens.js'
import { invitationWords, toUserJson, userFacts } from '../users.js'
import { numberOf, wordOf, wordsOf } from '../words.js'
import { addUserChangeCommands } from './user-changes.js'
import { addImportCommand } from './user-import.js'

interface CreateOptions {
  readonly username: string
  readonly firstName: string
  readonly lastName: string
  readonly email: string
  readonly phone?: string
  readonly language?: string
  readonly group?: string[]
  readonly passwordStdin?: boolean
  readonly invite?: boolean
  readonly sendTo?: string
}

interface ListOptions {
  readonly state?: string
  readonly search?: string
}

export function addUserCommands(program: Command, cli: Cli): void {
  const user = program.command('user').description('people with an account')

  const create = user
    .command('create')
    .description('add a person, and invite them if wanted')
    .requiredOption('--username <name>', 'login name: A-Z a-z 0-9 . _ -, at most 63')
    .requiredOption('--first-name <name>', 'first name')
    .requiredOption('--last-name <name>', 'last name')
    .requiredOption('--email <address>', 'e-mail address')
    .option('--phone <number>', 'telephone number')
    .option('--language <tag>', 'language of their mails and pages, such as en')
    .option('--group <names>', 'groups to join, comma-separated or repeated', parseList)
    .option('--password-stdin', 'read a first password from standard input: active at once')
    .option('--invite', 'mail an invitation in the same step')
    .option('--send-to <address>', 'mail it to this address instead of their own')
    .action(cli.asAdmin<CreateOptions>(createUser))
  teach(create, {
    examples: [
      'user create --username anna --first-name Anna --last-name Doe --email anna@example.com --invite',
      'user create --username anna --first-name Anna --last-name Doe --email anna@example.com --group staff,vpn',
    ],
    next:
      'Without --invite the person is pending: "defguard-admin enrollment start NAME" gives a link\n' +
      'to hand over, with --send-email it mails one.',
  })

  addImportCommand(user, cli)

  const list = user
    .command('list')
    .description('list people')
    .addOption(new Option('--state <state>', 'only these').choices(wordsOf(UserState)))
    .option('--search <text>', 'only whose username, e-mail address or name contains this')
    .action(cli.asAdmin<ListOptions>(listUsers))
  teach(list, { examples: ['user list', 'user list --state pending', 'user list --json'] })

  const show = user
    .command('show')
    .description('show one person')
    .argument('<name>', 'username')
    .action(cli.asAdmin<object, [string]>(showUser))
  teach(show, {
    examples: ['user show anna'],
    next: 'Their devices: "defguard-admin device list --user NAME"; their links: "defguard-admin enrollment list --user NAME".',
  })

  addUserChangeCommands(user, cli)
}

async function createUser({ core, io }: Context, options: CreateOptions) {
  if (options.sendTo !== undefined && !options.invite) throw usageError('--send-to needs --invite.')
  if (options.passwordStdin && options.invite) {
    throw usageError('--password-stdin and --invite exclude each other: invited people choose one.')
  }
  const password = options.passwordStdin
    ? await readSecret(io, 'Password of the new person: ')
    : undefined
  const reply = await core.create(UserServiceService.createUser, toCreateRequest(options, password))
  const { invitation } = reply
  const user = present(reply.user)
  if (!invitation) {
    const next = `Next: defguard-admin enrollment start ${user.username} --send-email`
    return {
      json: toUserJson(user),
      text: userFacts(user),
      hint: user.enrolled ? undefined : next,
    }
  }
  return {
    json: { user: toUserJson(user), invitation: toInvitationJson(invitation) },
    text: sections(userFacts(user), invitationText(invitation)),
    hint: 'Next: defguard-admin enrollment list shows how far they are.',
  }
}

function toCreateRequest(options: CreateOptions, password: string | undefined): CreateUserRequest {
  return {
    request_id: randomUUID(),
    username: options.username,
    email: options.email,
    first_name: options.firstName,
    last_name: options.lastName,
    phone: options.phone,
    language: options.language,
    groups: options.group ?? [],
    password,
    invitation: options.invite
      ? { send_email: true, email: options.sendTo, expires_in_seconds: 0 }
      : undefined,
  }
}

async function listUsers({ core }: Context, options: ListOptions) {
  const filter = { state: numberOf(UserState, options.state), search: options.search ?? '' }
  const users = await collect(
    pages(
      (page) => core.call(UserServiceService.listUsers, { page, ...filter }),
      (reply) => reply.users,
    ),
  )
  return {
    json: users.map(toUserJson),
    text: table(users, {
      ID: (user) => user.id,
      USERNAME: (user) => user.username,
      NAME: (user) => `${user.first_name} ${user.last_name}`,
      EMAIL: (user) => user.email,
      STATE: (user) => wordOf(UserState, user.state),
      GROUPS: (user) => user.groups.join(', '),
      INVITATION: (user) => (user.invitation ? invitationWords(user.invitation) : ''),
      MAIL: (user) => (user.invitation ? linkMailWords(user.invitation) : ''),
    }),
    hint: users.length === 0 ? 'Nobody. Add somebody with: defguard-admin user create' : undefined,
  }
}

async function showUser({ core }: Context, _options: object, username: string) {
  const reply = await core.call(UserServiceService.getUser, { username })
  const user = present(reply.user)
  return { json: toUserJson(user), text: userFacts(user) }
}
