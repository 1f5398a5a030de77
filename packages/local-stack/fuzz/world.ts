import { randomBytes } from 'node:crypto'
import type { Settings } from '@defguard/proto/admin/v1/settings'
import type { fastClock } from './clock.ts'
import { Pool } from './pool.ts'
import type { Rng } from './rng.ts'
import type { Secrets } from './secrets.ts'

export interface Person {
  readonly username: string
  readonly email: string
}

export interface Invited extends Person {
  readonly token: string
  readonly tokenId: number
}

/** Somebody in the ten minutes. */
export interface Enrolling extends Invited {
  readonly session: string
  readonly pubkeys: string[]
  totpSecret?: string
  hasFactor?: boolean
  notes: number
}

export interface Active extends Person {
  readonly password: string
}

export interface LoggedIn extends Active {
  readonly session: string
}

export interface Device {
  readonly id: number
  readonly owner: string
}

export interface SettingUp extends LoggedIn {
  readonly totpSecret: string
}

export interface WithFactor {
  readonly session: string
  readonly recoveryCodes: readonly string[]
}

export interface ApiToken {
  readonly id: number
  readonly secret: string
  readonly scopes: readonly string[]
  readonly role: Role
  /** The session of its owner. */
  readonly bearer: string
}

export interface Member {
  readonly group: string
  readonly username: string
}

export type Role = 'admin' | 'user_admin' | 'auditor' | 'none'
export const ROLES: readonly Role[] = ['admin', 'user_admin', 'auditor', 'none']

const NAMES = ['Jo', 'Ania', "O'Brien", 'Łucja', '<b>Bob</b>', '李', '{{first_name}}', 'A\u202eb']

/** There is nothing to make a call with just now, and its maker has made nothing. */
export class Lacking extends Error {}

/** What the run knows to exist, and how it gets more of it. */
export class World {
  readonly rng: Rng
  readonly clock: ReturnType<typeof fastClock>
  readonly secrets: Secrets
  readonly pending: Pool<Person>
  readonly invited: Pool<Invited>
  readonly enrolling: Pool<Enrolling>
  /** Of people who have activated, and how they poll. */
  readonly polling: Pool<string>
  readonly active: Pool<Active>
  readonly disabled: Pool<Active>
  /** People without a role, to do with whatever it is. */
  readonly loggedIn: Pool<LoggedIn>
  readonly settingUp: Pool<SettingUp>
  readonly withFactor: Pool<WithFactor>
  readonly resetTokens: Pool<{ readonly token: string; readonly email: string }>
  readonly resetSessions: Pool<{ readonly session: string; readonly email: string }>
  readonly groups: Pool<string>
  readonly members: Pool<Member>
  readonly locations: Pool<string>
  readonly gateways: Pool<number>
  readonly devices: Pool<Device>
  /** Whose device the next one is to be. */
  readonly devicesFor: string[] = []
  readonly networkDevices: Pool<number>
  readonly mails: Pool<number>
  readonly waitingMails: Pool<number>
  readonly cancelledMails: Pool<number>
  readonly revisions: Pool<number>
  readonly cursors: Pool<string>
  /** Accounts with each role that no call changes, and their sessions. */
  readonly accounts: Readonly<Record<Role, Active[]>>
  readonly sessions: Readonly<Record<Role, Pool<string>>>
  readonly apiTokens: Pool<ApiToken>
  /** Credentials that are no longer good. */
  readonly ended: Pool<string>
  /** Makes the call of a plan, which puts what comes of it into the pools. */
  readonly perform: (plan: string) => Promise<void>
  settings: Settings | undefined
  #count = 0

  constructor(
    rng: Rng,
    clock: World['clock'],
    secrets: Secrets,
    perform: (plan: string) => Promise<void>,
  ) {
    this.rng = rng
    this.clock = clock
    this.secrets = secrets
    this.perform = perform
    const pool = <T>() => new Pool<T>(rng)
    this.pending = pool()
    this.invited = pool()
    this.enrolling = pool()
    this.polling = pool()
    this.active = pool()
    this.disabled = pool()
    this.loggedIn = pool()
    this.settingUp = pool()
    this.withFactor = pool()
    this.resetTokens = pool()
    this.resetSessions = pool()
    this.groups = pool()
    this.members = pool()
    this.locations = pool()
    this.gateways = pool()
    this.devices = pool()
    this.networkDevices = pool()
    this.mails = pool()
    this.waitingMails = pool()
    this.cancelledMails = pool()
    this.revisions = pool()
    this.cursors = pool()
    this.accounts = { admin: [], user_admin: [], auditor: [], none: [] }
    this.sessions = { admin: pool(), user_admin: pool(), auditor: pool(), none: pool() }
    this.apiTokens = pool()
    this.ended = pool()
  }

  /** Takes something out of a pool, and has it made first if there is none. */
  async take<T>(pool: Pool<T>, maker: string, fits?: (item: T) => boolean): Promise<T> {
    return this.#get(() => pool.take(fits), maker)
  }

  /** The same for something that others may use meanwhile. */
  async pick<T>(pool: Pool<T>, maker: string, fits?: (item: T) => boolean): Promise<T> {
    return this.#get(() => pool.pick(fits), maker)
  }

  async #get<T>(look: () => T | undefined, maker: string): Promise<T> {
    for (let tries = 0; tries < 8; tries++) {
      const found = look()
      if (found !== undefined) return found
      await this.perform(maker)
    }
    throw new Lacking(maker)
  }

  newName(prefix: string): string {
    return `${prefix}-${this.rng.letters(4)}${this.#count++}`
  }

  personName(): string {
    return this.rng.pick(NAMES)
  }

  newPassword(): string {
    const password = `${this.rng.letters(9)} & Rain/${this.rng.letters(6)} +ö`
    this.secrets.add('password', password)
    return password
  }

  newPublicKey(): string {
    return randomBytes(32).toString('base64')
  }

  page() {
    return { page_size: this.rng.pick([0, 1, 5, 20]), page_token: '' }
  }

  address(): string {
    return `10.${1 + this.rng.int(250)}.${this.rng.int(256)}.${1 + this.rng.int(254)}`
  }
}
