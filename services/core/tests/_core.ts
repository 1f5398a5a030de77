import { randomBytes } from 'node:crypto'
import type { ChannelCredentials } from '@grpc/grpc-js'
import { createTestDatabase } from '../../../packages/local-stack/src/test-database.js'
import type { CoreConfig } from '../src/config.js'
import { type Core, createCore } from '../src/core.js'
import { migrate } from '../src/db/migrate.js'
import type { MailMessage, MailTransport, SmtpSettings } from '../src/mail/transport.js'
import { connect } from './_clients.js'
import { NO_LIMITS } from './_limits.js'

export const MINUTE_MS = 60_000
export const HOUR_MS = 60 * MINUTE_MS

export const ADMIN_PASSWORD = 'Correct-Admin-Battery-1'
const SMTP: SmtpSettings = {
  server: '127.0.0.1',
  port: 25,
  encryption: 'none',
  sender: 'it@example.com',
  timeoutMs: 15_000,
}

/** Keeps what would have been sent; fails as long as `failure` is set. */
export class RecordingTransport implements MailTransport {
  readonly sent: MailMessage[] = []
  failure: Error | undefined

  async send(_smtp: SmtpSettings, message: MailMessage): Promise<string> {
    if (this.failure) throw this.failure
    this.sent.push(message)
    return '250 accepted'
  }

  close(): void {}
}

export function testConfig(databaseUrl: string): CoreConfig {
  return {
    logLevel: 'silent',
    database: { url: databaseUrl, poolMax: 24 },
    secretKeys: ['k'.repeat(64)],
    grpc: { bindAddress: '127.0.0.1', port: 0, tls: undefined, adminCertificate: 'required' },
    gateways: {
      bindAddress: '127.0.0.1',
      port: 0,
      tokenSecret: undefined,
      tokenTimeoutMs: 365 * 24 * HOUR_MS,
      statsRetentionMs: 30 * 24 * HOUR_MS,
    },
    url: 'https://core.example.com/',
    proxyUrl: 'https://enroll.example.com/',
    tokenTimeoutMs: 24 * HOUR_MS,
    tokenTimeoutMaxMs: 24 * HOUR_MS,
    sessionTimeoutMs: 10 * MINUTE_MS,
    mfaCodeTimeoutMs: 5 * MINUTE_MS,
    passwordReset: { tokenTimeoutMs: 24 * HOUR_MS, sessionTimeoutMs: 10 * MINUTE_MS },
    adminSessionTimeoutMs: 1000 * HOUR_MS,
    // As cheap as bcrypt gets: these tests are about everything else.
    bcryptCost: 4,
    devicesPerToken: 5,
    devicesPerUser: undefined,
    limits: NO_LIMITS,
    firstAdmin: {
      password: ADMIN_PASSWORD,
      contact: { email: 'adam@example.com', firstName: 'Adam', lastName: 'Min' },
    },
    smtpSeed: SMTP,
  }
}

export interface TestCoreOptions {
  /** How its clients connect; in plaintext by default. */
  readonly way?: ChannelCredentials
  /** Its clock at the start. */
  readonly now?: Date
}

/** A core of its own on a database of its own, with an admin logged in and a clock that tests move. */
export async function startTestCore(
  changes: Partial<CoreConfig> = {},
  { way, now = new Date('2026-01-01T00:00:00.400Z') }: TestCoreOptions = {},
) {
  const database = await createTestDatabase(migrate)
  let config = { ...testConfig(database.url), ...changes }
  const transport = new RecordingTransport()
  const time = { now }
  const seams = { clock: () => time.now, transport }
  let core: Core = createCore(config, seams)
  await core.start()
  let bearer = ''
  let clients = connect(core.port, () => bearer, way)
  const login = async () => {
    const { session_secret } = await clients.auth.login({
      login: 'admin',
      password: ADMIN_PASSWORD,
    })
    bearer = session_secret
  }
  await login()

  const arrange = {
    databaseUrl: database.url,
    get config() {
      return config
    },
    transport,
    time,
    seams,
    get bearer() {
      return bearer
    },
    get core() {
      return core
    },
    /** Logs the admin in again, whose session ends like any other. */
    login,
    get clients() {
      return clients
    },
    advance(ms: number) {
      time.now = new Date(time.now.getTime() + ms)
    },
    /** Stops this core and starts another one on the same database, with another configuration. */
    async restart(others: Partial<CoreConfig> = {}) {
      config = { ...config, ...others }
      clients.close()
      await core.stop()
      core = createCore(config, seams)
      await core.start()
      clients = connect(core.port, () => bearer, way)
    },
    async stop() {
      clients.close()
      await core.stop()
      await database.drop()
    },
    async createUser(
      username: string,
      more: { groups?: string[]; password?: string; language?: string } = {},
    ) {
      const { user } = await clients.users.createUser({
        request_id: '',
        username,
        email: `${username}@example.com`,
        first_name: 'Jo',
        last_name: 'Doe',
        phone: '+48 600100200',
        language: more.language,
        groups: more.groups ?? [],
        password: more.password,
        invitation: undefined,
      })
      if (!user) throw new Error('no user came back')
      return user
    },
    disable: (username: string, as?: Record<string, string>) =>
      clients.users.disableUser({ username }, as),
    enable: (username: string) => clients.users.enableUser({ username }),
    /** The metadata of somebody who has logged in. */
    async loggedIn(login: string, password: string): Promise<{ authorization: string }> {
      const { session_secret } = await clients.auth.login({ login, password })
      return { authorization: `Bearer ${session_secret}` }
    },
    async invite(
      username: string,
      options: { send_email?: boolean; expires_in_seconds?: number } = {},
      as?: Record<string, string>,
    ) {
      const request = {
        username,
        options: { send_email: false, email: undefined, expires_in_seconds: 0, ...options },
      }
      const { invitation } = await clients.enrollments.issueEnrollment(request, as)
      if (!invitation) throw new Error('no invitation came back')
      return invitation
    },
    async createLocation(
      name: string,
      addresses: string[],
      more: { allowed_groups?: string[] } = {},
    ) {
      const { location } = await clients.locations.createLocation({
        request_id: '',
        name,
        addresses,
        endpoint: 'vpn.example.com',
        port: 51820,
        dns: [],
        allowed_ips: [],
        allow_all_groups: more.allowed_groups === undefined,
        allowed_groups: more.allowed_groups ?? [],
        keepalive_interval: undefined,
      })
      if (!location) throw new Error('no location came back')
      return location
    },
    start: (token: string) => clients.enrollment.startEnrollment({ token }),
    /** The session secret of a fresh person who has clicked Begin. */
    async startedEnrollment(username: string, more: { groups?: string[] } = {}): Promise<string> {
      await arrange.createUser(username, more)
      const { token } = await arrange.invite(username)
      return (await arrange.start(token)).session_secret
    },
    activate: (sessionSecret: string, password: string, phone?: string) =>
      clients.enrollment.activateUser({
        session_secret: sessionSecret,
        password,
        phone_number: phone,
      }),
    requestReset: (email: string, metadata: Record<string, string> = {}) =>
      clients.passwordReset.requestPasswordReset({ email }, metadata),
    /** Waits for the newest reset link that was mailed to somebody, beyond the first `after`. */
    async resetToken(email: string, after = 0): Promise<string> {
      return waitFor(() => resetLinks(transport, email).slice(after).at(-1))
    },
    startReset: (token: string) => clients.passwordReset.startPasswordReset({ token }),
    /** The session secret of an active person who has opened a mailed link. */
    async startedReset(username: string, password: string): Promise<string> {
      await arrange.createUser(username, { password })
      await arrange.requestReset(`${username}@example.com`)
      const token = await arrange.resetToken(`${username}@example.com`)
      return (await arrange.startReset(token)).session_secret
    },
    resetPassword: (sessionSecret: string, password: string) =>
      clients.passwordReset.resetPassword({ session_secret: sessionSecret, password }),
    async addDevice(sessionSecret: string, name: string, pubkey = newPublicKey()) {
      const { device_config } = await clients.enrollment.createDevice({
        session_secret: sessionSecret,
        name,
        pubkey,
      })
      if (!device_config?.device) throw new Error('no device came back')
      return { ...device_config, device: device_config.device }
    },
    /** Waits for a mail to this recipient whose subject or text contains `part`. */
    async mail(recipient: string, part = ''): Promise<MailMessage> {
      return waitFor(() =>
        transport.sent.find(
          (mail) =>
            mail.to === recipient && (mail.subject.includes(part) || mail.text.includes(part)),
        ),
      )
    },
    async acceptsPassword(login: string, password: string): Promise<boolean> {
      return clients.auth.login({ login, password }).then(
        () => true,
        () => false,
      )
    },
  }
  return arrange
}

export type TestCore = Awaited<ReturnType<typeof startTestCore>>

/** A public key that nobody has: any 32 bytes are one. */
export function newPublicKey(): string {
  return randomBytes(32).toString('base64')
}

/** The tokens of all reset links that were mailed to somebody, oldest first. */
export function resetLinks(transport: RecordingTransport, email: string): string[] {
  return transport.sent
    .filter((mail) => mail.to === email)
    .flatMap((mail) => /password-reset#token=(dgr_\w+)/.exec(mail.text)?.[1] ?? [])
}

const WAIT_MS = 30_000
const LOOK_MS = 20

/** Looks until there is something to see. */
export async function waitFor<T>(
  look: () => T | undefined | Promise<T | undefined>,
  waitMs = WAIT_MS,
): Promise<T> {
  const until = performance.now() + waitMs
  for (;;) {
    const seen = await look()
    if (seen !== undefined) return seen
    if (performance.now() > until) throw new Error('It did not happen in time.')
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }
}
