import { once } from 'node:events'
import { LocationServiceService } from '@defguard/proto/admin/v1/locations'
import type { Command } from 'commander'
import type { Answer, Cli, Context } from '../cli.js'
import { teach } from '../help.js'
import { verbatim } from '../table.js'

interface Options {
  readonly sync?: boolean
}

export function addServerConfigCommand(location: Command, cli: Cli): void {
  const serverConfig = location
    .command('server-config')
    .description("print the configuration of a VPN's WireGuard server, private key included")
    .argument('<name>', "the VPN's name")
    .option('--sync', 'the form that "wg syncconf" takes')
    .action(cli.asAdmin<Options, [string]>(printServerConfig))
  teach(serverConfig, {
    examples: [
      'location server-config Office > /etc/wireguard/wg0.conf',
      'location server-config Office --sync | wg syncconf wg0 /dev/stdin',
    ],
    next: 'It is a secret: write it where only the server can read it ("umask 077" first).',
  })
}

async function printServerConfig(
  { core, io, options: { json } }: Context,
  { sync = false }: Options,
  name: string,
): Promise<Answer | undefined> {
  const { stdout } = io
  const pieces: string[] = []
  for await (const { text } of core.stream(LocationServiceService.getServerConfig, {
    name,
    sync,
  })) {
    if (json) pieces.push(text)
    else if (!stdout.write(text)) await once(stdout, 'drain', { signal: io.signal })
  }
  return json ? { json: { name, config: pieces.join('') }, text: verbatim('') } : undefined
}
