import type { Db } from '../db/database.js'
import * as gateways from '../db/gateways.js'
import type { Clock } from '../domain/clock.js'
import { DomainError } from '../domain/errors.js'
import type { GatewayTokenSigner } from '../domain/gateway-token.js'
import type { Caller } from './caller.js'
import { auditGuess } from './start-refusals.js'

/** What comes with a call; each may be missing, or be anything. */
export interface GatewayCall {
  readonly token: string | undefined
  readonly hostname: string | undefined
  readonly version: string | undefined
  readonly system: string | undefined
  readonly caller: Caller
}

/** A gateway whose token was good a moment ago. */
export interface KnownGateway {
  readonly id: number
  readonly name: string
  readonly locationId: number
  /** When a stream of it was last seen open. */
  readonly followedAt: Date | null
}

const VERSION_MIN = [1, 5, 0] as const
const TEXT_MAX = 255

/** The door of gateways. */
export class GatewayGate {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly signer: GatewayTokenSigner,
  ) {}

  /**
   * Which gateway makes a call, if it may.
   * @throws DomainError, the first that holds of `gateway_token_missing`, `gateway_token_invalid`,
   * `gateway_version_missing`, `gateway_version_old`, `gateway_hostname_missing`
   */
  async admit(call: GatewayCall): Promise<KnownGateway> {
    try {
      return await this.check(call)
    } catch (err) {
      if (err instanceof DomainError)
        await auditGuess(this.db, 'gateway.refused', err.reason, call.caller, this.clock(), {
          kind: 'gateway',
          caller: call.caller,
        })
      throw err
    }
  }

  private async check({ token, ...told }: GatewayCall): Promise<KnownGateway> {
    if (token === undefined) throw new DomainError('gateway_token_missing')
    const now = this.clock()
    const claims = this.signer.verify(token, now)
    const version = parseVersion(told.version)
    const isSystemGood = told.system !== undefined && told.system.split(';').length === 3
    const hostname = told.hostname?.slice(0, TEXT_MAX)
    // Noted even if it is refused for it: an admin sees what runs there.
    const gateway =
      claims &&
      (await gateways.noteCall(
        this.db,
        claims,
        {
          hostname,
          version: version && told.version?.slice(0, TEXT_MAX),
          system: isSystemGood ? told.system?.slice(0, TEXT_MAX) : undefined,
        },
        now,
      ))
    if (!gateway) throw noSuchGateway()
    if (!version || !isSystemGood) throw new DomainError('gateway_version_missing')
    if (isBefore(version, VERSION_MIN)) {
      const message = `Version ${told.version?.slice(0, TEXT_MAX)} not supported`
      throw new DomainError('gateway_version_old', message)
    }
    if (!hostname) throw new DomainError('gateway_hostname_missing')
    return gateway
  }
}

/** What a token is answered with that is worth nothing, or nothing any more. */
export function noSuchGateway(): DomainError {
  return new DomainError('gateway_token_invalid')
}

/** Major, minor and patch of a semver; what it says of builds and pre-releases is left out. */
function parseVersion(text: string | undefined): readonly number[] | undefined {
  const [, ...parts] = /^(\d{1,9})\.(\d{1,9})\.(\d{1,9})(?:[-+][\w.+-]*)?$/.exec(text ?? '') ?? []
  return parts.length === 3 ? parts.map(Number) : undefined
}

function isBefore(version: readonly number[], other: readonly number[]): boolean {
  for (const [at, part] of version.entries()) {
    const least = other[at] ?? 0
    if (part !== least) return part < least
  }
  return false
}
