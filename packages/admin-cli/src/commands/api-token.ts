import { randomUUID } from 'node:crypto'
import {
  type ApiToken,
  ApiTokenServiceService,
  ApiTokenState,
} from '@defguard/proto/admin/v1/api_tokens'
import type { Command } from 'commander'
import { assertConfirmed, type Cli, type Context } from '../cli.js'
import { CliError } from '../cli-error.js'
import { EXIT } from '../exit-codes.js'
import { teach } from '../help.js'
import { collect, pages } from '../paging.js'
import { parseId, parseList, parseSeconds } from '../parse-options.js'
import { present } from '../present.js'
import { facts, sections, table } from '../table.js'
import { toLocalTime, toRfc3339 } from '../timestamps.js'
import { wordOf } from '../words.js'

interface CreateOptions {
  readonly scope: string[]
  readonly expiresIn?: number
}

interface ListOptions {
  readonly user?: string
}

const SCOPES = `Scopes: users, groups, enrollment, devices, locations, settings, mail and audit, each with :read
or :write, which includes reading. Links and tokens in clear take enrollment:secret as well; without
it they are mailed. server-config, which holds a private key, takes locations:secret.`

export function addApiTokenCommands(program: Command, cli: Cli): void {
  const apiToken = program
    .command('api-token')
    .description('what programs act with in your name, instead of your password')

  const create = apiToken
    .command('create')
    .description('make a token; it is shown only once')
    .argument('<name>', 'what it is for')
    .requiredOption('--scope <list>', 'what it may, such as users:read', parseList)
    .option(
      '--expires-in <duration>',
      'how long it is good, at most 365d (default: 90d)',
      parseSeconds,
    )
    .action(cli.asAdmin<CreateOptions, [string]>(createToken))
  teach(create, {
    examples: [
      'api-token create "HR sync" --scope users:write,enrollment:write',
      'api-token create vpn-server --scope locations:secret --expires-in 365d',
      'api-token create report --scope users:read --json | jq -r .token',
    ],
    next: SCOPES,
  })

  const list = apiToken
    .command('list')
    .description("list your tokens; an admin sees everybody's")
    .option('--user <name>', 'only those of this person')
    .action(cli.asAdmin<ListOptions>(listTokens))
  teach(list, { examples: ['api-token list', 'api-token list --user anna --json'] })

  const revoke = apiToken
    .command('revoke')
    .description('end a token for good; what runs with it fails from now on')
    .argument('<id>', "the token's id, from api-token list", parseId)
    .action(cli.asAdmin<object, [number]>(revokeToken))
  teach(revoke, { examples: ['api-token revoke 4', 'api-token revoke 4 --yes'] })
}

async function createToken({ core }: Context, options: CreateOptions, name: string) {
  const reply = await core.create(ApiTokenServiceService.createApiToken, {
    request_id: randomUUID(),
    name,
    scopes: options.scope,
    expires_in_seconds: options.expiresIn ?? 0,
  })
  const token = present(reply.api_token)
  return {
    json: { ...toJson(token), token: reply.secret },
    text: sections(facts({ Token: reply.secret }), tokenFacts(token)),
    hint: 'The token is shown only here. Programs take it from DEFGUARD_ADMIN_TOKEN_FILE or DEFGUARD_ADMIN_TOKEN.',
  }
}

async function listTokens({ core }: Context, { user }: ListOptions) {
  const tokens = await allTokens(core, user)
  return {
    json: tokens.map(toJson),
    text: table(tokens, {
      ID: ({ id }) => id,
      NAME: ({ name }) => name,
      USER: (token) => token.user,
      STATE: ({ state }) => wordOf(ApiTokenState, state),
      SCOPES: ({ scopes }) => scopes.join(' '),
      EXPIRES: ({ expires_timestamp }) => toLocalTime(expires_timestamp),
      'LAST USED': lastUse,
    }),
    hint:
      tokens.length === 0
        ? 'There are none. Next: defguard-admin api-token create --help'
        : undefined,
  }
}

async function revokeToken(context: Context, _options: object, id: number) {
  const { core } = context
  const token = (await allTokens(core)).find((one) => one.id === id)
  if (!token) {
    throw new CliError(EXIT.notFound, 'not_found', `You see no API token with the id ${id}.`, {
      hint: 'defguard-admin api-token list lists them.',
    })
  }
  await assertConfirmed(context, `Revoke "${token.name}" of ${token.user}? It works no more.`)
  const reply = await core.call(ApiTokenServiceService.revokeApiToken, { id })
  const revoked = present(reply.api_token)
  return { json: toJson(revoked), text: tokenFacts(revoked) }
}

function allTokens(core: Context['core'], username = ''): Promise<ApiToken[]> {
  return collect(
    pages(
      (page) => core.call(ApiTokenServiceService.listApiTokens, { page, username }),
      (reply) => reply.api_tokens,
    ),
  )
}

function tokenFacts(token: ApiToken) {
  return facts({
    Id: token.id,
    Name: token.name,
    User: token.user,
    Scopes: token.scopes.join(' '),
    State: wordOf(ApiTokenState, token.state),
    Expires: toLocalTime(token.expires_timestamp),
    'Last used': lastUse(token),
  })
}

function lastUse({ last_used_timestamp, last_used_ip }: ApiToken): string | undefined {
  if (last_used_timestamp === undefined) return undefined
  return `${toLocalTime(last_used_timestamp)} from ${last_used_ip ?? 'an unknown address'}`
}

function toJson(token: ApiToken) {
  const { last_used_timestamp } = token
  return {
    id: token.id,
    name: token.name,
    user: token.user,
    scopes: token.scopes,
    state: wordOf(ApiTokenState, token.state),
    created_at: toRfc3339(token.created_timestamp),
    expires_at: toRfc3339(token.expires_timestamp),
    last_used_at: last_used_timestamp === undefined ? null : toRfc3339(last_used_timestamp),
    last_used_ip: token.last_used_ip ?? null,
  }
}
