import {
  type ConnectionEvent,
  ConnectionEventKind,
  DeviceServiceService,
} from '@defguard/proto/admin/v1/devices'
import type { Command } from 'commander'
import type { Answer, Cli, Context } from '../cli.js'
import { toConnectionJson, trafficOf } from '../devices.js'
import { teach } from '../help.js'
import { toJsonLine } from '../json-lines.js'
import { keepFollowing, print, SILENCE_MS } from '../keep-following.js'
import { plain } from '../table.js'
import { toLocalTime, toRfc3339 } from '../timestamps.js'
import { wordOf } from '../words.js'

const KIND_WIDTH = 'gateway_disconnected'.length

export function addLocationWatchCommand(location: Command, cli: Cli): void {
  const watch = location
    .command('watch')
    .description('show who is connected to a VPN, and who comes and goes, until Ctrl-C')
    .argument('<name>', 'its name')
    .action(cli.asAdmin<object, [string]>(watchLocation))
  teach(watch, {
    examples: ['location watch Office', 'location watch Office --json | jq -r .device'],
    next:
      'It begins with all who are connected, also again when core was restarted meanwhile. Gateways\n' +
      'report every 30 s. Bytes are those that a gateway has counted since it has known the device.',
  })
}

function watchLocation(
  context: Context,
  _options: object,
  name: string,
): Promise<Answer | undefined> {
  const { core, io, options } = context
  return keepFollowing(context, async (hear) => {
    const { watchConnections: method } = DeviceServiceService
    for await (const { event } of core.follow(method, { location: name }, SILENCE_MS)) {
      hear()
      if (event) await print(io, options.json ? toJsonLine(toJson(event)) : `${toLine(event)}\n`)
    }
  })
}

function toJson(event: ConnectionEvent) {
  const { gateway, connection, gateway_connected_timestamp: since } = event
  return {
    at: toRfc3339(event.timestamp),
    kind: wordOf(ConnectionEventKind, event.kind),
    gateway: gateway ?? null,
    hostname: event.hostname ?? null,
    gateway_connected_since: since === undefined ? null : toRfc3339(since),
    device_id: event.device_id ?? null,
    device: event.device ?? null,
    user: event.user ?? null,
    connection: connection ? toConnectionJson(connection) : null,
  }
}

function toLine(event: ConnectionEvent): string {
  const { connection } = event
  const since = connection?.connected_timestamp ?? event.gateway_connected_timestamp
  const details = [
    event.gateway,
    event.hostname,
    event.device,
    event.user,
    since !== undefined && `since ${toLocalTime(since)}`,
    connection?.endpoint && `from ${connection.endpoint}`,
    connection && trafficOf(connection),
  ]
  return [
    toLocalTime(event.timestamp),
    wordOf(ConnectionEventKind, event.kind).padEnd(KIND_WIDTH),
    ...details.flatMap((detail) => (detail ? [plain(detail)] : [])),
  ].join('  ')
}
