// How soon the VPN opens and closes for a person, on real tunnels: `pnpm bench tunnels`. Core is a
// process of its own; the gateway and the person's machine are in namespaces that a cable joins.
import { newKeyPair } from '@defguard/core/domain/wireguard-keys'
import type { CoreApi } from '@defguard/local-stack/core-api'
import { startEphemeralPostgres } from '@defguard/local-stack/ephemeral-postgres'
import { findLackOfTunnel } from '@defguard/local-stack/gateway/lack-of-tunnel'
import { layCable, NetworkNamespace } from '@defguard/local-stack/gateway/network-namespace'
import { ReferenceGateway } from '@defguard/local-stack/gateway/reference-gateway'
import { WireGuardGo } from '@defguard/local-stack/gateway/wireguard-go'
import { EnrollmentAdminServiceService as Invitations } from '@defguard/proto/admin/v1/enrollments'
import { LocationServiceService as Locations } from '@defguard/proto/admin/v1/locations'
import { UserServiceService as Users } from '@defguard/proto/admin/v1/users'
import { EnrollmentServiceService as Enrollment } from '@defguard/proto/enrollment/v1/enrollment'
import { credentials } from '@grpc/grpc-js'
import { createDatabase } from './database.ts'
import { openApi, startCore } from './gateways/start-core.ts'
import { Processes } from './processes.ts'
import { ClientTunnel } from './tunnels/client-tunnel.ts'

const ROUNDS = 20
/** What is soon enough for a person. */
const SOON_MS = 2_000
/** Documentation addresses (RFC 5737) outside of the tunnel. */
const [SERVER, CLIENT] = ['192.0.2.1', '192.0.2.2']
const [PORT, OFFICE] = [51820, '10.81.0.1']

const LOCATION = {
  request_id: '',
  name: 'Office',
  addresses: [`${OFFICE}/16`],
  endpoint: SERVER,
  port: PORT,
  dns: [],
  allowed_ips: [],
  allow_all_groups: true,
  allowed_groups: [],
}

const lack = findLackOfTunnel()
if (lack) process.stdout.write(`Tunnels: not measured, ${lack}\n`)
else await bench()

async function bench(): Promise<void> {
  const postgres = await startEphemeralPostgres(50)
  const processes = new Processes()
  const [office, home] = [
    await NetworkNamespace.make('office'),
    await NetworkNamespace.make('home'),
  ]
  try {
    await layCable(
      { namespace: office, address: `${SERVER}/24` },
      { namespace: home, address: `${CLIENT}/24` },
    )
    const core = await startCore(processes, await createDatabase(postgres.url, 'tunnels'))
    const api = await openApi(core)
    const { location } = await api.call(Locations.createLocation, LOCATION)
    const issue = { request_id: '', location: LOCATION.name, name: 'gw' }
    const { token } = await api.call(Locations.issueGatewayToken, issue)
    const wireGuard = await WireGuardGo.open({ namespace: office, socket: 'in the namespace' })
    const target = `localhost:${core.ports.gatewayPort}`
    const gateway = new ReferenceGateway(
      { target, credentials: credentials.createInsecure(), token, hostname: 'office' },
      wireGuard,
    )
    gateway.start()
    await gateway.connected()
    const publicKey = location?.pubkey ?? ''
    const client = await ClientTunnel.open(home, {
      publicKey,
      endpoint: `${SERVER}:${PORT}`,
      address: OFFICE,
    })
    await measure(api, client)
    await client.close()
    await gateway.stop()
    await wireGuard.close()
    api.close()
  } finally {
    await processes.end()
    await home.remove()
    await office.remove()
    await postgres.stop()
  }
}

async function measure(api: CoreApi, client: ClientTunnel): Promise<void> {
  const [opened, closed, again]: [number[], number[], number[]] = [[], [], []]
  for (let round = 1; round <= ROUNDS; round++) {
    const username = `person${round}`
    const finish = await enrollAlmost(api, client, username)
    if (await client.isAnswered()) throw new Error('The VPN was open before enrollment ended.')
    await finish()
    const finished = performance.now()
    opened.push((await client.opened()) - finished)
    closed.push(await client.closedBy(() => api.call(Users.disableUser, { username })))
    if (await client.isAnswered()) throw new Error('The VPN opened for who is disabled.')
    await api.call(Users.enableUser, { username })
    const enabled = performance.now()
    again.push((await client.opened()) - enabled)
  }
  print(`Tunnels, ${ROUNDS} times: from core's answer to the first or last ping that is answered`)
  print(row('', ['p50 ms', 'max ms', 'max, of 2 s']))
  print(rowOf('enrolled', opened))
  print(rowOf('disabled', closed))
  print(rowOf('enabled again', again))
}

/** Somebody with a device, who has only to press Finish. */
async function enrollAlmost(
  api: CoreApi,
  client: ClientTunnel,
  username: string,
): Promise<() => Promise<unknown>> {
  const email = `${username}@example.com`
  const person = { request_id: '', username, email, first_name: 'Ada', last_name: 'Byron' }
  await api.call(Users.createUser, { ...person, phone: '', groups: [] })
  const options = { send_email: false, expires_in_seconds: 0 }
  const { invitation } = await api.call(Invitations.issueEnrollment, { username, options })
  const token = invitation?.token ?? ''
  const { session_secret } = await api.call(Enrollment.startEnrollment, { token })
  const { publicKey, privateKey } = newKeyPair()
  const device = { session_secret, name: 'laptop', pubkey: publicKey }
  const { device_config } = await api.call(Enrollment.createDevice, device)
  await client.become(privateKey, device_config?.configs[0]?.assigned_ip ?? '')
  const password = 'Tulip-rain-on-7-roofs!'
  return () => api.call(Enrollment.activateUser, { session_secret, password })
}

function rowOf(what: string, times: number[]): string {
  const ascending = times.sort((a, b) => a - b)
  const [middle = Number.NaN, last = Number.NaN] = [
    ascending[Math.floor(ascending.length / 2)],
    ascending.at(-1),
  ]
  return row(what, [middle.toFixed(0), last.toFixed(0), (last / SOON_MS).toFixed(2)])
}

function row(what: string, cells: readonly string[]): string {
  return what.padEnd(38) + cells.map((cell) => cell.padStart(18)).join('')
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
