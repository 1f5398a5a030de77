import { lockAccess, lockRequest } from '../db/advisory-locks.js'
import { type Db, inTransaction, type Tx } from '../db/database.js'
import * as deviceLocations from '../db/device-locations.js'
import * as devices from '../db/devices.js'
import type { LocationWithGroups } from '../db/locations.js'
import * as locations from '../db/locations.js'
import type { Clock } from '../domain/clock.js'
import { assertNoViolations, DomainError, type Violation } from '../domain/errors.js'
import { type LocationDraft, type LocationInput, parseLocation } from '../domain/location.js'
import { formatCidr } from '../domain/network.js'
import type { Sealer } from '../domain/sealing.js'
import {
  type FilePeer,
  type IgnoredSetting,
  parseServerFile,
  type ServerFile,
} from '../domain/server-file.js'
import { asActor, audit } from './audit.js'
import type { Admin } from './caller.js'
import { findGroups } from './groups.js'
import { fillLocation, insertLocation } from './locations.js'
import { parseRequestId } from './request-id.js'

export interface NewImport
  extends Pick<LocationInput, 'name' | 'endpoint' | 'allowAllGroups' | 'allowedGroups'> {
  readonly requestId: string
  /** A wg-quick file. Secret. */
  readonly config: string
  /** Whether nothing of it is to stay. */
  readonly isDryRun: boolean
}

export interface ImportedLocation extends SortedPeers {
  readonly location: LocationWithGroups
  readonly ignored: readonly IgnoredSetting[]
  /** How many devices beside the mapped ones have an address. */
  readonly otherDevices: number
}

interface SortedPeers {
  readonly mapped: readonly (FilePeer & { readonly device: devices.KeyHolder })[]
  readonly unmapped: readonly (FilePeer & { readonly reason: UnmappedReason })[]
}

export type UnmappedReason = 'unknown_key' | 'not_allowed' | 'network_device'

interface Plan {
  readonly file: ServerFile
  readonly draft: LocationDraft
  readonly requestId: string | null
  readonly groupIds: readonly number[]
}

/** A reply has room for so many. */
const VIOLATIONS_MAX = 20

/** Takes over WireGuard servers that ran before core knew of them. */
export class LocationImport {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly sealer: Sealer,
  ) {}

  /**
   * Adds a location with the keys, networks and peers of a wg-quick file. The same request id again
   * is the same location.
   * @throws DomainError `invalid_argument` with the problems, those of the file with their lines;
   * `already_exists`, `location_full`
   */
  async import(admin: Admin, request: NewImport): Promise<ImportedLocation> {
    const work = inTransaction(this.db, async (tx) => {
      const plan = await toPlan(tx, request)
      await lockRequest(tx, plan.requestId)
      await lockAccess(tx)
      await devices.hold(tx)
      const { location, peers } = await this.add(tx, admin, plan, request.allowAllGroups)
      const devicesThere = await deviceLocations.countDevices(tx, location.id)
      const otherDevices = devicesThere - peers.mapped.length
      const imported = { location, ...peers, ignored: plan.file.ignored, otherDevices }
      if (request.isDryRun) throw new DryRun(imported)
      return imported
    })
    return work.catch((err: unknown) => {
      if (err instanceof DryRun) return err.imported
      throw err
    })
  }

  private async add(tx: Tx, admin: Admin, plan: Plan, allowAllGroups: boolean) {
    const { file, draft, requestId, groupIds } = plan
    const now = this.clock()
    const { publicKey, privateKey } = file
    const more = { publicKey, privateKey, requestId, allowAllGroups, now }
    const id = await insertLocation(tx, this.sealer, draft, more)
    if (id === undefined) return earlier(tx, plan)
    await locations.allowGroups(tx, id, groupIds)
    const peers = await sortPeers(tx, id, file)
    const chosen = peers.mapped.flatMap(({ device, addresses }) =>
      addresses.map((place) => ({ ...place, deviceId: device.id })),
    )
    await fillLocation(tx, id, draft, chosen)
    const details = { mapped: peers.mapped.length, unmapped: peers.unmapped.length }
    const object = { kind: 'location', id, name: draft.name } as const
    await audit(tx, now, asActor(admin), 'location.imported', object, { details })
    const location = await locations.findByName(tx, draft.name)
    if (!location) throw new Error('A location is gone while it is made.')
    return { location, peers }
  }
}

/** Rolls back what was only tried. */
class DryRun extends Error {
  constructor(readonly imported: ImportedLocation) {
    super('Nothing of a dry run stays.')
  }
}

async function toPlan(tx: Tx, request: NewImport): Promise<Plan> {
  const violations: Violation[] = []
  const file = parseServerFile(request.config, (line, problem) => {
    violations.push({ field: 'config', message: `line ${line} ${problem}` })
  })
  const draft = parseLocation(
    {
      name: request.name,
      endpoint: request.endpoint,
      allowAllGroups: request.allowAllGroups,
      allowedGroups: request.allowedGroups,
      addresses: file?.cidrs.map(formatCidr) ?? [SOME_NETWORK],
      port: file?.port ?? SOME_PORT,
      dns: file?.dns ?? [],
      allowedIps: [],
      keepaliveInterval: undefined,
      peerDisconnectThreshold: undefined,
    },
    violations,
  )
  const requestId = parseRequestId(request.requestId, violations)
  const groups = await findGroups(tx, request.allowedGroups, 'allowed_groups', violations)
  assertNoViolations(shortened(violations))
  if (!file) throw new Error('A problem was found, but not told.')
  return { file, draft, requestId, groupIds: groups.map((group) => group.id) }
}

/** What stands for a file that could not be read while the rest of the request is looked at. */
const SOME_NETWORK = '10.0.0.1/8'
const SOME_PORT = 1

function shortened(violations: readonly Violation[]): readonly Violation[] {
  const more = violations.length - VIOLATIONS_MAX
  if (more <= 0) return violations
  const rest = { field: 'config', message: `and ${more} more problems` }
  return [...violations.slice(0, VIOLATIONS_MAX), rest]
}

async function earlier(tx: Tx, { requestId, file }: Plan) {
  const location = requestId && (await locations.findByRequestId(tx, requestId))
  if (!location) throw new Error('A request id is taken, but by no location.')
  return { location, peers: await sortPeers(tx, location.id, file) }
}

/** Which of a file's peers are devices that may be in the location. */
async function sortPeers(tx: Tx, locationId: number, file: ServerFile): Promise<SortedPeers> {
  const keys = file.peers.map((peer) => peer.publicKey)
  const holders = await devices.findByPublicKeys(tx, locationId, [...keys, file.publicKey])
  const deviceOf = new Map(holders.map((device) => [device.publicKey, device]))
  if (deviceOf.has(file.publicKey)) throw keyTaken(file)
  const mapped = file.peers.flatMap((peer) => {
    const device = deviceOf.get(peer.publicKey)
    return device?.mayUse ? { ...peer, device } : []
  })
  const unmapped = file.peers.flatMap((peer) => {
    const device = deviceOf.get(peer.publicKey)
    return device?.mayUse ? [] : { ...peer, reason: reasonFor(device) }
  })
  return { mapped, unmapped }
}

function reasonFor(device: devices.KeyHolder | undefined): UnmappedReason {
  if (!device) return 'unknown_key'
  return device.isNetworkDevice ? 'network_device' : 'not_allowed'
}

function keyTaken({ keyLine }: ServerFile): DomainError {
  const message = `line ${keyLine} has the private key of a device`
  return new DomainError('invalid_argument', `config: ${message}`, [{ field: 'config', message }])
}
