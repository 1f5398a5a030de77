import { randomBytes } from 'node:crypto'
import type { CoreApi } from '@defguard/local-stack/core-api'
import { AuthServiceService as Auth } from '@defguard/proto/admin/v1/auth'
import { EnrollmentAdminServiceService as Invitations } from '@defguard/proto/admin/v1/enrollments'
import { LocationServiceService as Locations } from '@defguard/proto/admin/v1/locations'
import { UserServiceService as Users } from '@defguard/proto/admin/v1/users'
import { EnrollmentServiceService as Enrollment } from '@defguard/proto/enrollment/v1/enrollment'
import type { ClientRequest } from './load.ts'
import { ADMIN_PASSWORD } from './processes.ts'

/** Each person has one device; another as many only open their link. */
const PEOPLE = 200

export interface Requests {
  readonly start: readonly ClientRequest[]
  readonly network_info: readonly ClientRequest[]
  readonly poll: readonly ClientRequest[]
}

/** The company that is asked: its locations, its people with a device each, and what they send. */
export class Company {
  readonly #api: CoreApi
  readonly #proxy: CoreApi
  #locations = 0

  /** @param proxy what people's devices are made through */
  constructor(admin: CoreApi, proxy: CoreApi) {
    this.#api = admin
    this.#proxy = proxy
  }

  async logIn(): Promise<void> {
    const credentials = { login: 'admin', password: ADMIN_PASSWORD }
    this.#api.useSession((await this.#api.call(Auth.login, credentials)).session_secret)
  }

  /** Everybody may use every location, and every device gets its addresses. */
  async growTo(locations: number): Promise<void> {
    for (; this.#locations < locations; this.#locations++) {
      const i = this.#locations
      await this.#api.call(Locations.createLocation, {
        request_id: '',
        name: `Office ${i}`,
        addresses: [`10.${i}.0.1/16`],
        endpoint: 'vpn.example.com',
        port: 51820,
        dns: ['10.1.0.1'],
        allowed_ips: ['10.1.0.0/24', '10.2.0.0/16'],
        allow_all_groups: true,
        allowed_groups: [],
      })
    }
  }

  async requests(): Promise<Requests> {
    const start: ClientRequest[] = []
    const network_info: ClientRequest[] = []
    const poll: ClientRequest[] = []
    for (let i = 0; i < PEOPLE; i++) {
      start.push({
        path: '/api/v1/enrollment/start',
        body: { token: await this.#invite(`starting${i}`) },
      })
      const token = await this.#invite(`owner${i}`)
      const { session_secret } = await this.#proxy.call(Enrollment.startEnrollment, { token })
      const pubkey = randomBytes(32).toString('base64')
      const { device_config } = await this.#proxy.call(Enrollment.createDevice, {
        session_secret,
        name: 'Laptop',
        pubkey,
      })
      network_info.push({
        path: '/api/v1/enrollment/network_info',
        body: { pubkey },
        cookie: `defguard_proxy=${session_secret}`,
      })
      poll.push({ path: '/api/v1/poll', body: { token: device_config?.token } })
    }
    return { start, network_info, poll }
  }

  close(): void {
    this.#api.close()
    this.#proxy.close()
  }

  async #invite(username: string): Promise<string> {
    await this.#api.call(Users.createUser, {
      request_id: '',
      username,
      email: `${username}@example.com`,
      first_name: 'Jo',
      last_name: 'Doe',
      groups: [],
    })
    const { invitation } = await this.#api.call(Invitations.issueEnrollment, {
      username,
      options: { send_email: false, expires_in_seconds: 0 },
    })
    return invitation?.token ?? ''
  }
}
