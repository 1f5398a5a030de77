import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Caller } from '../caller.js'
import type { ClientAddresses } from './client-address.js'

const TEXT_MAX_LENGTH = 512
/** Larger than any client's; half of a base64 text is worth nothing, so it is left out, not cut. */
const PLATFORM_MAX_LENGTH = 1024

/** What a request says of its client, worked out once per request. */
export class Callers {
  readonly #known = new WeakMap<IncomingMessage, Caller>()

  constructor(private readonly addresses: ClientAddresses) {}

  of(req: IncomingMessage): Caller {
    const known = this.#known.get(req)
    if (known) return known
    const platform = headerOf(req, 'defguard-client-platform', 'client_platform_header')
    const caller = {
      requestId: randomUUID(),
      address: this.addresses.of(req),
      userAgent: req.headers['user-agent']?.slice(0, TEXT_MAX_LENGTH),
      // Desktop 1.6 really sends the names with underscores.
      clientVersion: headerOf(req, 'defguard-client-version', 'client_version_header')?.slice(
        0,
        TEXT_MAX_LENGTH,
      ),
      clientPlatform: platform && platform.length <= PLATFORM_MAX_LENGTH ? platform : undefined,
      language: req.headers['accept-language']?.slice(0, TEXT_MAX_LENGTH),
    }
    this.#known.set(req, caller)
    return caller
  }
}

function headerOf(req: IncomingMessage, ...names: string[]): string | undefined {
  const values = names.map((name) => req.headers[name])
  return values.map((value) => value?.toString()).find((value) => value)
}
