import { readFileSync } from 'node:fs'
import { formatEndpoint } from '@defguard/core/domain/location'
import {
  type Location,
  LocationServiceService as Locations,
} from '@defguard/proto/admin/v1/locations'
import { credentials } from '@grpc/grpc-js'
import type { Certificates } from './certificates.js'
import type { CoreApi } from './core-api.js'
import { ensureGatewayToken, isConnected } from './gateway-token.js'
import type { OwnDatabase } from './own-database.js'
import type { Parts } from './parts.js'
import type { Ports } from './ports.js'
import { SAMPLE_ENDPOINT } from './samples.js'
import type { Variables } from './service-env.js'
import { gatewayService } from './services.js'
import type { GatewayInfo } from './stack-info.js'
import type { StateFolder } from './state-folder.js'
import type { Supervisor } from './supervisor.js'

/** What the gateway needs of the stack beside which it runs. */
export interface Surroundings {
  readonly operator: Variables
  readonly ports: Ports
  readonly certificates: Certificates
  readonly state: StateFolder
  readonly database: OwnDatabase
  readonly parts: Parts
  readonly api: CoreApi
}

export interface GatewayPart {
  readonly info: GatewayInfo
  readonly process: Supervisor
}

const TOKEN_FILE = 'gateway-token'
const HERE = '127.0.0.1'

/** Starts a gateway of this location and resolves when it is connected. */
export async function startGateway(
  { operator, ports, certificates, state, database, parts, api }: Surroundings,
  sample: Location,
  port: number,
): Promise<GatewayPart> {
  const location = await bringHere(api, sample, port)
  const { ca } = certificates.admin
  const address = {
    target: `localhost:${ports.gateways}`,
    credentials: credentials.createSsl(readFileSync(ca)),
  }
  const gateway = await ensureGatewayToken(api, database, location.name, address)
  state.writeText(TOKEN_FILE, `${gateway.token}\n`)
  const isReady = () => isConnected(api, gateway)
  const process = await parts.startService(
    gatewayService(operator, ports, ca, state.file(TOKEN_FILE), isReady),
  )
  const info = {
    location: location.name,
    endpoint: formatEndpoint(location),
    addresses: location.addresses.map((cidr) => cidr.split('/')[0] ?? ''),
  }
  return { info, process }
}

/**
 * Devices find the sample location on this machine from now on, and no resolver that is not there.
 * What an admin has chosen stays.
 */
async function bringHere(core: CoreApi, location: Location, port: number): Promise<Location> {
  if (![SAMPLE_ENDPOINT, HERE].includes(location.endpoint)) return location
  const reply = await core.call(Locations.updateLocation, {
    name: location.name,
    location: { ...location, endpoint: HERE, port, dns: [] },
    update_mask: ['endpoint', 'port', 'dns'],
    expected_settings_revision: undefined,
  })
  return reply.location ?? location
}
