import { randomUUID } from 'node:crypto'
import { type Gateway, LocationServiceService } from '@defguard/proto/admin/v1/locations'
import type { Command } from 'commander'
import { assertConfirmed, type Cli, type Context } from '../cli.js'
import { CliError } from '../cli-error.js'
import { EXIT } from '../exit-codes.js'
import { connection, gatewayFacts, stateOf, toGatewayJson, unreachedHint } from '../gateways.js'
import { teach } from '../help.js'
import { collect, pages } from '../paging.js'
import { parseId } from '../parse-options.js'
import { present } from '../present.js'
import { facts, sections, table } from '../table.js'
import { toLocalTime } from '../timestamps.js'

interface IssueOptions {
  readonly name: string
}

export function addGatewayTokenCommands(location: Command, cli: Cli): void {
  const gatewayToken = location
    .command('gateway-token')
    .description('what Defguard gateways get the configuration of a VPN with')

  const issue = gatewayToken
    .command('issue')
    .description('make the token of one gateway; it is shown only once')
    .argument('<location>', "the VPN's name")
    .requiredOption('--name <gateway>', 'what the gateway is called; one token for each')
    .action(cli.asAdmin<IssueOptions, [string]>(issueToken))
  teach(issue, {
    examples: [
      'location gateway-token issue Office --name gw-1',
      'location gateway-token issue Office --name gw-1 --json | jq -r .token',
    ],
    next: 'It is a secret: whoever has it gets the private key of the VPN.',
  })

  const list = gatewayToken
    .command('list')
    .description('list gateways, what their tokens are worth, and who is connected')
    .argument('[location]', 'only those of this VPN')
    .action(cli.asAdmin<object, [string | undefined]>(listTokens))
  teach(list, {
    examples: ['location gateway-token list', 'location gateway-token list Office --json'],
  })

  const revoke = gatewayToken
    .command('revoke')
    .description('end a token for good; its gateway loses its peers')
    .argument('<id>', "the gateway's id, from location gateway-token list", parseId)
    .action(cli.asAdmin<object, [number]>(revokeToken))
  teach(revoke, {
    examples: ['location gateway-token revoke 3', 'location gateway-token revoke 3 --yes'],
  })
}

async function issueToken({ core }: Context, { name }: IssueOptions, location: string) {
  const reply = await core.create(LocationServiceService.issueGatewayToken, {
    request_id: randomUUID(),
    location,
    name,
  })
  const gateway = present(reply.gateway)
  return {
    json: { ...toGatewayJson(gateway), token: reply.token },
    text: sections(facts({ Token: reply.token }), gatewayFacts(gateway)),
    hint: 'The token is shown only here. The gateway takes it as --token or DEFGUARD_TOKEN.',
  }
}

async function listTokens({ core }: Context, _options: object, location: string | undefined) {
  const gateways = await allGateways(core, location)
  return {
    json: gateways.map(toGatewayJson),
    text: table(gateways, {
      ID: ({ id }) => id,
      LOCATION: (gateway) => gateway.location,
      NAME: ({ name }) => name,
      TOKEN: stateOf,
      EXPIRES: ({ expires_timestamp }) => toLocalTime(expires_timestamp),
      HOST: ({ hostname }) => hostname,
      VERSION: ({ version }) => version,
      CONNECTED: connection,
    }),
    hint:
      gateways.length === 0
        ? 'There are none. Next: defguard-admin location gateway-token issue --help'
        : undefined,
  }
}

async function revokeToken(context: Context, _options: object, id: number) {
  const { core } = context
  const gateway = (await allGateways(core)).find((one) => one.id === id)
  if (!gateway) {
    throw new CliError(EXIT.notFound, 'not_found', `There is no gateway with the id ${id}.`, {
      hint: 'defguard-admin location gateway-token list lists them.',
    })
  }
  await assertConfirmed(
    context,
    `Revoke the token of ${gateway.name} in ${gateway.location}? Nobody connects through it any more.`,
  )
  const reply = await core.call(LocationServiceService.revokeGatewayToken, { id })
  const revoked = present(reply.gateway)
  const isUnreached =
    revoked.connected_timestamp === undefined && revoked.last_seen_timestamp !== undefined
  return {
    json: toGatewayJson(revoked),
    text: gatewayFacts(revoked),
    hint: unreachedHint(isUnreached ? [revoked.name] : []),
  }
}

function allGateways(core: Context['core'], location = ''): Promise<Gateway[]> {
  return collect(
    pages(
      (page) => core.call(LocationServiceService.listGateways, { page, location }),
      (reply) => reply.gateways,
    ),
  )
}
