import type { ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import type { CoreApi } from '@defguard/local-stack/core-api'
import { DeviceServiceService as Devices } from '@defguard/proto/admin/v1/devices'
import { LocationServiceService as Locations } from '@defguard/proto/admin/v1/locations'
import { UserServiceService as Users } from '@defguard/proto/admin/v1/users'
import pg from 'pg'
import { addPeople, createDatabase, run } from '../database.ts'
import { ask, type Processes } from '../processes.ts'
import type { Cost } from './core.ts'
import type { Arrival, Question } from './followers.ts'
import { type CoreProcess, openApi, startCore } from './start-core.ts'

/** The first gateways of a large location are waited for. */
const PATIENCE_MS = 120_000
const LOCATION = 'Office'
const CHANGE_EVERY_MS = 100
const DISABLED_AT_ONCE = 10

export interface Measured {
  /** From commit to arrival, of each change at each gateway, ascending. */
  readonly delaysMs: readonly number[]
  /** Of the core that serves the gateways. */
  readonly cpuMsPerChange: number
  readonly longestStallMs: number
}

/** A location with so many peers, its gateways, and two cores, in a database of its own. */
export class BusyLocation {
  readonly tokens: string[] = []
  readonly url: string
  /** Of its people, one each. */
  readonly keys: readonly string[]
  readonly #cores: readonly CoreProcess[]
  readonly #api: CoreApi
  readonly #followers: ChildProcess
  readonly #listener: pg.Client
  #changes = 0
  #next = 0
  /** Their places in `keys`, the first first. */
  readonly #disabled: number[] = []

  private constructor(
    url: string,
    cores: readonly CoreProcess[],
    api: CoreApi,
    followers: ChildProcess,
    listener: pg.Client,
    keys: readonly string[],
  ) {
    this.url = url
    this.#cores = cores
    this.#api = api
    this.#followers = followers
    this.#listener = listener
    this.keys = keys
  }

  static async open(
    processes: Processes,
    serverUrl: string,
    peers: number,
    gateways: number,
  ): Promise<BusyLocation> {
    const url = await createDatabase(serverUrl, `gateways_${peers}`)
    const cores = [await startCore(processes, url), await startCore(processes, url)]
    const api = await openApi(cores[0] as CoreProcess)
    await addPeople(url, peers)
    await api.call(Locations.createLocation, OFFICE, PATIENCE_MS)
    await run(url, 'vacuum analyze')
    const rows = await run(
      url,
      `select public_key from device join "user" u on u.id = user_id
       where username like 'person%' order by substr(username, 7)::integer`,
    )
    const listener = new pg.Client(url)
    await listener.connect()
    await listener.query('listen defguard_location')
    const followers = processes.start('./gateways/followers.ts')
    const keys = rows.map(([key]) => String(key))
    const location = new BusyLocation(url, cores, api, followers, listener, keys)
    for (let i = 1; i <= gateways; i++) {
      const request = { request_id: '', location: LOCATION, name: `gw-${i}` }
      location.tokens.push((await api.call(Locations.issueGatewayToken, request)).token)
    }
    return location
  }

  /** Where gateways come to. */
  get gatewayPort(): number {
    return this.#cores[0]?.ports.gatewayPort ?? 0
  }

  /** @param servedBy which core; changes are made at the first */
  async measure(gateways: number, servedBy: 0 | 1, changes: number): Promise<Measured> {
    const { child, ports } = this.#cores[servedBy] as CoreProcess
    const tokens = this.tokens.slice(0, gateways)
    await this.#ask({ kind: 'follow', port: ports.gatewayPort, tokens })
    await ask<Cost>(child, 'begin')
    const committedAtMs = new Map<string, number>()
    for (let made = 0; made < changes; made++) {
      const next = delay(CHANGE_EVERY_MS)
      const [change, atMs] = await this.#change()
      committedAtMs.set(change, atMs)
      await next
    }
    const question = { kind: 'arrivals', count: changes * gateways } as const
    const arrivals = await this.#ask<Arrival[]>(question)
    const { cpuMs, longestStallMs } = await ask<Cost>(child, 'end')
    await this.#ask({ kind: 'leave' })
    const delaysMs = arrivals
      .map(({ change, atMs }) => atMs - (committedAtMs.get(change) ?? Number.NaN))
      .sort((a, b) => a - b)
    return { delaysMs, cpuMsPerChange: cpuMs / changes, longestStallMs }
  }

  /** What core has spent, and how long nobody else was served, while this was done. */
  async costOf(act: () => Promise<unknown>): Promise<Cost> {
    const child = this.#cores[0]?.child as ChildProcess
    await ask<Cost>(child, 'begin')
    await act()
    return ask<Cost>(child, 'end')
  }

  async close(): Promise<void> {
    this.#api.close()
    await this.#listener.end()
  }

  /**
   * Somebody is disabled, somebody has one more device, and who was disabled a while ago is enabled:
   * of what is undone before a core looks, gateways are told nothing.
   * @returns what a gateway is told of it, and when another connection heard of the commit
   */
  async #change(): Promise<[change: string, committedAtMs: number]> {
    const heard = once(this.#listener, 'notification').then(
      () => Number(process.hrtime.bigint()) / 1e6,
    )
    const step = this.#changes++ % 3
    if (step === 0 && this.#disabled.length > DISABLED_AT_ONCE) {
      const at = this.#disabled.shift() as number
      await this.#api.call(Users.enableUser, { username: `person${at + 1}` })
      return [`${this.keys[at]} there`, await heard]
    }
    const half = this.keys.length / 2 // those who are disabled have one device each
    const at = this.#next++ % half
    if (step === 1) {
      this.#disabled.push(at)
      await this.#api.call(Users.disableUser, { username: `person${at + 1}` })
      return [`${this.keys[at]} gone`, await heard]
    }
    const pubkey = randomBytes(32).toString('base64')
    const username = `person${half + at + 1}`
    const request = { request_id: '', username, name: pubkey.slice(0, 8), pubkey }
    await this.#api.call(Devices.addDevice, request)
    return [`${pubkey} there`, await heard]
  }

  #ask<Answer>(question: Question): Promise<Answer> {
    return ask(this.#followers, question)
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
