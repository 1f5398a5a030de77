import { randomBytes } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { readConfig } from '@defguard/core/config'
import { type Core, createCore } from '@defguard/core/core'
import { CoreApi } from '@defguard/local-stack/core-api'
import { AuthServiceService as Auth } from '@defguard/proto/admin/v1/auth'
import { EnrollmentAdminServiceService as Invitations } from '@defguard/proto/admin/v1/enrollments'
import {
  LocationServiceClient,
  LocationServiceService as Locations,
} from '@defguard/proto/admin/v1/locations'
import { UserServiceService as Users } from '@defguard/proto/admin/v1/users'
import { EnrollmentServiceService as Enrollment } from '@defguard/proto/enrollment/v1/enrollment'
import { Env } from '@defguard/runtime/env'
import { credentials, Metadata } from '@grpc/grpc-js'
import { addPeople, createDatabase, run } from '../database.ts'

const ADMIN_PASSWORD = 'Tulip-rain-on-7-roofs!'
/** Core has 8 s for a statement and its callers 30 s for a call; a bench waits longer. */
const PATIENCE_MS = 120_000
const LOCATION = 'Office'

/** A location with so many devices, in a database and with a core of its own. */
export class FullLocation {
  /** How long core took to give all devices an address. */
  readonly openedInMs: number
  readonly #core: Core
  readonly #api: CoreApi
  readonly #adminSession: string
  /** Of somebody who makes devices. */
  #session = ''
  #device = ''
  #disabled = 0

  private constructor(core: Core, api: CoreApi, adminSession: string, openedInMs: number) {
    this.#core = core
    this.#api = api
    this.#adminSession = adminSession
    this.openedInMs = openedInMs
  }

  static async open(serverUrl: string, devices: number): Promise<FullLocation> {
    const url = await createDatabase(serverUrl, `bench_${devices}`)
    const core = createCore(
      readConfig(
        new Env({
          DATABASE_URL: url,
          DEFGUARD_DB_POOL_MAX: '8',
          DEFGUARD_SECRET_KEY: 'k'.repeat(64),
          DEFGUARD_GRPC_INSECURE: 'loopback',
          DEFGUARD_GRPC_PORT: '0',
          DEFGUARD_GATEWAY_GRPC_PORT: '0',
          DEFGUARD_URL: 'http://localhost/',
          DEFGUARD_ENROLLMENT_URL: 'http://localhost/',
          DEFGUARD_DEVICES_PER_TOKEN: '1000',
          DEFGUARD_LIMIT_SESSION_CALLS: 'off',
          DEFGUARD_LIMIT_ADMIN_CALLS: 'off',
          DEFGUARD_DEFAULT_ADMIN_PASSWORD: ADMIN_PASSWORD,
          DEFGUARD_LOG_LEVEL: 'silent',
        }),
      ),
    )
    await core.start()
    const api = new CoreApi(core.port)
    const login = { login: 'admin', password: ADMIN_PASSWORD }
    const { session_secret } = await api.call(Auth.login, login)
    api.useSession(session_secret)
    await addPeople(url, devices)
    const openedInMs = await timeOf(() => api.call(Locations.createLocation, OFFICE, PATIENCE_MS))
    await run(url, 'vacuum analyze')
    const location = new FullLocation(core, api, session_secret, openedInMs)
    await location.#startEnrollment()
    return location
  }

  async createDevice(): Promise<number> {
    this.#device = randomBytes(32).toString('base64')
    const request = { session_secret: this.#session, name: this.#device, pubkey: this.#device }
    return timeOf(() => this.#api.call(Enrollment.createDevice, request))
  }

  async networkInfo(): Promise<number> {
    const request = { session_secret: this.#session, pubkey: this.#device }
    return timeOf(() => this.#api.call(Enrollment.getNetworkInfo, request))
  }

  /** Takes a person's device from the location, until they are enabled again. */
  async disableUser(): Promise<number> {
    this.#disabled++
    const request = { username: `person${this.#disabled}` }
    return timeOf(() => this.#api.call(Users.disableUser, request))
  }

  /** The whole configuration, as the command line takes it. */
  async serverConfig(): Promise<number> {
    const metadata = new Metadata()
    metadata.set('authorization', `Bearer ${this.#adminSession}`)
    const client = new LocationServiceClient(
      `127.0.0.1:${this.#core.port}`,
      credentials.createInsecure(),
    )
    try {
      return await timeOf(async () => {
        const pieces = client.getServerConfig({ name: LOCATION, sync: true }, metadata)
        for await (const _piece of pieces);
      })
    } finally {
      client.close()
    }
  }

  async close(): Promise<void> {
    this.#api.close()
    await this.#core.stop()
  }

  async #startEnrollment(): Promise<void> {
    const username = 'enrolling'
    await this.#api.call(Users.createUser, {
      request_id: '',
      username,
      email: `${username}@example.com`,
      first_name: 'Jo',
      last_name: 'Doe',
      groups: [],
    })
    const options = { send_email: false, expires_in_seconds: 0 }
    const { invitation } = await this.#api.call(Invitations.issueEnrollment, { username, options })
    const token = invitation?.token ?? ''
    this.#session = (await this.#api.call(Enrollment.startEnrollment, { token })).session_secret
  }
}

const OFFICE = {
  request_id: '',
  name: LOCATION,
  addresses: ['10.0.0.1/8', 'fd66:6465:6667::1/64'],
  endpoint: 'vpn.example.com',
  port: 51820,
  dns: [],
  allowed_ips: [],
  allow_all_groups: true,
  allowed_groups: [],
}

async function timeOf(act: () => Promise<unknown>): Promise<number> {
  const begin = performance.now()
  await act()
  return performance.now() - begin
}
