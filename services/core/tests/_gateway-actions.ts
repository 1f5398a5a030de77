import { randomUUID } from 'node:crypto'
import { updateLocation } from './_access.js'
import type { connect } from './_clients.js'
import { newPublicKey } from './_core.js'
import { query } from './_database.js'

export type Clients = ReturnType<typeof connect>

const PASSWORD = 'Correct-Anna-Battery-1'
const EXTRA_NETWORK = 'fd00:5::1/120'
export const GROUPS = ['staff', 'ops']

/** A location, whatever it is called by now. */
interface Place {
  readonly id: number
  readonly network: string
}

/** People, devices, groups and locations as they may be; some of it somebody else has changed by now. */
export class World {
  readonly places: Place[] = []
  readonly #people: string[] = []
  readonly #sessions: string[] = []
  readonly #deviceTokens: string[] = []
  /** Keys that were given up, for others to take. */
  readonly #oldKeys: string[] = []
  #count = 0

  constructor(
    private readonly url: string,
    private readonly random: () => number,
  ) {}

  /** Something that an admin or somebody who enrolls does, at whichever core answers. */
  act(clients: Clients): Promise<unknown> {
    return this.pick(ACTIONS)?.(this, clients) ?? Promise.resolve()
  }

  pick<T>(all: readonly T[]): T | undefined {
    return all[Math.floor(this.random() * all.length)]
  }

  async createPlace(clients: Clients, network: string): Promise<Place> {
    const { location } = await clients.locations.createLocation({
      request_id: randomUUID(),
      name: this.newName('place'),
      addresses: [network],
      endpoint: 'vpn.example.com',
      port: 51820,
      dns: [],
      allowed_ips: [],
      allow_all_groups: true,
      allowed_groups: [],
      keepalive_interval: undefined,
    })
    if (!location) throw new Error('no location came back')
    const place = { id: location.id, network }
    this.places.push(place)
    return place
  }

  async nameOf(place: Place | undefined): Promise<string> {
    const rows = await query(this.url, 'select name from location where id = $1', [place?.id])
    return rows[0]?.name ?? ''
  }

  /** Takes a token, or a whole location, from under its gateways. */
  async takeAway({ locations }: Clients): Promise<void> {
    const place = this.pick(this.places)
    const name = await this.nameOf(place)
    if (place && this.random() < 0.5) {
      this.places.splice(this.places.indexOf(place), 1)
      await locations.deleteLocation({ name })
    } else {
      const { gateways } = await locations.listGateways({ page: undefined, location: name })
      const id = this.pick(gateways)?.id
      if (id !== undefined) await locations.revokeGatewayToken({ id })
    }
  }

  /** Somebody with one device: active at once, or in the middle of the wizard. */
  async createPerson(clients: Clients, isActive: boolean): Promise<void> {
    const username = this.newName('person')
    await clients.users.createUser({
      request_id: randomUUID(),
      username,
      email: `${username}@example.com`,
      first_name: 'Jo',
      last_name: 'Doe',
      phone: undefined,
      language: undefined,
      groups: this.random() < 0.5 ? [this.pick(GROUPS) ?? ''] : [],
      password: isActive ? PASSWORD : undefined,
      invitation: undefined,
    })
    this.#people.push(username)
    if (isActive) return this.addDevice(clients, username)
    const options = { send_email: false, email: undefined, expires_in_seconds: 0 }
    const { invitation } = await clients.enrollments.issueEnrollment({ username, options })
    const token = invitation?.token ?? ''
    const { session_secret } = await clients.enrollment.startEnrollment({ token })
    this.#sessions.push(session_secret)
    await this.addOwnDevice(clients, session_secret)
  }

  async addOwnDevice({ enrollment }: Clients, session_secret = this.pick(this.#sessions)) {
    if (session_secret === undefined) return
    const name = this.newName('phone')
    await enrollment.createDevice({ session_secret, name, pubkey: this.key() })
  }

  async activate({ enrollment }: Clients): Promise<void> {
    const session_secret = this.pick(this.#sessions)
    if (session_secret === undefined) return
    await enrollment.activateUser({ session_secret, password: PASSWORD, phone_number: undefined })
  }

  async addDevice({ devices }: Clients, username = this.person()): Promise<void> {
    const request = { request_id: randomUUID(), username, name: this.newName('laptop') }
    await devices.addDevice({ ...request, pubkey: this.key() })
  }

  person(): string {
    return this.pick(this.#people) ?? 'nobody'
  }

  async device(): Promise<{ id: number; public_key: string | null }> {
    const rows = await query(this.url, 'select id, public_key from device order by id')
    const { id, public_key } = this.pick(rows) ?? { id: 0, public_key: null }
    return { id: Number(id), public_key }
  }

  async removeDevice({ devices }: Clients): Promise<void> {
    const { id, public_key } = await this.device()
    await devices.removeDevice({ id })
    if (public_key) this.#oldKeys.push(public_key)
  }

  async changeKey({ devices }: Clients): Promise<void> {
    const { id, public_key } = await this.device()
    await devices.updateDevice({ id, name: '', pubkey: this.key(), update_mask: ['pubkey'] })
    if (public_key) this.#oldKeys.push(public_key)
  }

  async createNetworkDevice({ devices }: Clients): Promise<void> {
    const pubkey = this.random() < 0.5 ? this.key() : undefined
    const { invitation } = await devices.createNetworkDevice({
      request_id: randomUUID(),
      name: this.newName('printer'),
      location: await this.nameOf(this.pick(this.places)),
      addresses: [],
      owner: '',
      pubkey,
      expires_in_seconds: 0,
    })
    if (invitation) this.#deviceTokens.push(invitation.token)
  }

  async configureNetworkDevice({ enrollment }: Clients): Promise<void> {
    const token = this.#deviceTokens.pop()
    if (token === undefined) return
    const { session_secret } = await enrollment.startEnrollment({ token })
    await enrollment.createDevice({ session_secret, name: '', pubkey: this.key() })
  }

  async changePlace(clients: Clients): Promise<void> {
    const place = this.pick(this.places)
    if (!place) return
    const isOpen = this.random() < 0.5
    const wide = [place.network, EXTRA_NETWORK]
    const changes = [
      { keepalive_interval: Math.ceil(this.random() * 60) },
      { port: 1024 + Math.floor(this.random() * 60_000) },
      { name: this.newName('place') },
      { addresses: this.random() < 0.5 ? wide : [place.network] },
      { allow_all_groups: isOpen, allowed_groups: isOpen ? [] : [this.pick(GROUPS) ?? ''] },
      { allow_all_groups: isOpen, allowed_groups: isOpen ? [] : [this.pick(GROUPS) ?? ''] },
    ]
    const change = this.pick(changes) ?? {}
    await updateLocation({ clients }, await this.nameOf(place), change)
  }

  newName(kind: string): string {
    this.#count += 1
    return `${kind}${this.#count}`
  }

  /** One that nobody has had, or that somebody has given up. */
  private key(): string {
    return (this.random() < 0.5 ? this.#oldKeys.pop() : undefined) ?? newPublicKey()
  }
}

type Action = (world: World, clients: Clients) => Promise<unknown>

const member = (world: World) => ({
  group: world.pick(GROUPS) ?? '',
  username: world.person(),
})

const ACTIONS: readonly Action[] = [
  (world, clients) => world.createPerson(clients, true),
  (world, clients) => world.createPerson(clients, false),
  (world, clients) => world.addOwnDevice(clients),
  (world, clients) => world.activate(clients),
  (world, clients) => world.activate(clients),
  (world, clients) => world.addDevice(clients),
  (world, clients) => world.removeDevice(clients),
  (world, clients) => world.changeKey(clients),
  (world, clients) => world.changeKey(clients),
  (world, clients) => world.createNetworkDevice(clients),
  (world, clients) => world.configureNetworkDevice(clients),
  (world, clients) => world.changePlace(clients),
  (world, clients) => world.changePlace(clients),
  (world, { users }) => users.disableUser({ username: world.person() }),
  (world, { users }) => users.enableUser({ username: world.person() }),
  (world, { users }) => users.enableUser({ username: world.person() }),
  (world, { users }) => users.deleteUser({ username: world.person(), take_over_tokens: false }),
  (world, { groups }) => groups.addMember(member(world)),
  (world, { groups }) => groups.removeMember(member(world)),
]
