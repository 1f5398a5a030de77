import { Readable, type Writable } from 'node:stream'
import { ApiTokenServiceClient } from '@defguard/proto/admin/v1/api_tokens'
import {
  AuditServiceClient,
  type ExportAuditEventsResponse,
  type VerifyAuditResponse,
} from '@defguard/proto/admin/v1/audit'
import { AuthServiceClient } from '@defguard/proto/admin/v1/auth'
import {
  type ConnectionEvent,
  ConnectionEventKind,
  DeviceServiceClient,
} from '@defguard/proto/admin/v1/devices'
import {
  EnrollmentAdminServiceClient,
  type EnrollmentEvent,
  EnrollmentEventKind,
} from '@defguard/proto/admin/v1/enrollments'
import { GroupServiceClient } from '@defguard/proto/admin/v1/groups'
import { KeyServiceClient, type RotateKeysResponse } from '@defguard/proto/admin/v1/keys'
import { LocationServiceClient } from '@defguard/proto/admin/v1/locations'
import { MailServiceClient } from '@defguard/proto/admin/v1/mail'
import { OnboardingServiceClient } from '@defguard/proto/admin/v1/onboarding'
import { SettingsServiceClient } from '@defguard/proto/admin/v1/settings'
import {
  type ImportUsersRequest,
  type ImportUsersResponse,
  UserServiceClient,
} from '@defguard/proto/admin/v1/users'
import { EnrollmentServiceClient } from '@defguard/proto/enrollment/v1/enrollment'
import { PasswordResetServiceClient } from '@defguard/proto/enrollment/v1/password_reset'
import {
  type CallOptions,
  type Client,
  type ClientUnaryCall,
  credentials,
  Metadata,
  type ServiceError,
} from '@grpc/grpc-js'

type Callback<Res> = (error: ServiceError | null, response: Res) => void
type Unary<Req, Res> = (
  request: Req,
  metadata: Metadata,
  options: Partial<CallOptions>,
  callback: Callback<Res>,
) => ClientUnaryCall

/** The unary methods of a generated client, as functions that return promises. */
export type Promised<C> = {
  [M in keyof C as C[M] extends Unary<infer _Req, infer _Res> ? M : never]: C[M] extends Unary<
    infer Req,
    infer Res
  >
    ? (request: Req, metadata?: Record<string, string>) => Promise<Res>
    : never
}

const DEADLINE_MS = 20_000

export function promised<C extends Client>(
  client: C,
  defaults: () => Record<string, string>,
): Promised<C> {
  return new Proxy(client, {
    get:
      (target, method) =>
      (request: unknown, extra: Record<string, string> = {}) => {
        const metadata = metadataOf({ ...defaults(), ...extra })
        const call = target[method as keyof C] as Unary<unknown, unknown>
        return new Promise((resolve, reject) => {
          const options = { deadline: Date.now() + DEADLINE_MS }
          call.call(target, request, metadata, options, (err, reply) =>
            err ? reject(err) : resolve(reply),
          )
        })
      },
  }) as unknown as Promised<C>
}

function metadataOf(values: Readonly<Record<string, string>>): Metadata {
  const metadata = new Metadata()
  for (const [name, value] of Object.entries(values)) metadata.set(name, value)
  return metadata
}

/** Every service of a core that listens on loopback, in plaintext unless it is told otherwise. */
export function connect(port: number, bearer: () => string, way = credentials.createInsecure()) {
  const address = `127.0.0.1:${port}`
  const none = () => ({})
  const admin = () => ({ authorization: `Bearer ${bearer()}` })
  const raw = {
    enrollment: new EnrollmentServiceClient(address, way),
    passwordReset: new PasswordResetServiceClient(address, way),
    auth: new AuthServiceClient(address, way),
    apiTokens: new ApiTokenServiceClient(address, way),
    users: new UserServiceClient(address, way),
    groups: new GroupServiceClient(address, way),
    enrollments: new EnrollmentAdminServiceClient(address, way),
    locations: new LocationServiceClient(address, way),
    devices: new DeviceServiceClient(address, way),
    settings: new SettingsServiceClient(address, way),
    onboarding: new OnboardingServiceClient(address, way),
    mails: new MailServiceClient(address, way),
    audit: new AuditServiceClient(address, way),
    keys: new KeyServiceClient(address, way),
  }
  return {
    enrollment: promised(raw.enrollment, none),
    passwordReset: promised(raw.passwordReset, none),
    auth: promised(raw.auth, admin),
    apiTokens: promised(raw.apiTokens, admin),
    users: promised(raw.users, admin),
    groups: promised(raw.groups, admin),
    enrollments: promised(raw.enrollments, admin),
    locations: promised(raw.locations, admin),
    devices: promised(raw.devices, admin),
    settings: promised(raw.settings, admin),
    onboarding: promised(raw.onboarding, admin),
    mails: promised(raw.mails, admin),
    audit: promised(raw.audit, admin),
    keys: promised(raw.keys, admin),
    /** The pieces of a location's server configuration, joined. */
    serverConfig: async (
      name: string,
      sync: boolean,
      as: Record<string, string> = admin(),
    ): Promise<string> => {
      const metadata = metadataOf(as)
      let text = ''
      for await (const piece of raw.locations.getServerConfig({ name, sync }, metadata))
        text += piece.text
      return text
    },
    rotateKeys: (): AsyncIterable<RotateKeysResponse> =>
      raw.keys.rotateKeys({}, metadataOf(admin())),
    /** What was not read is not waited for. */
    async *exportAudit(after_position = 0): AsyncGenerator<ExportAuditEventsResponse> {
      const call = raw.audit.exportAuditEvents({ after_position }, metadataOf(admin()))
      try {
        for await (const piece of call) yield piece
      } finally {
        call.cancel()
      }
    },
    verifyAudit: (since_link = ''): AsyncIterable<VerifyAuditResponse> =>
      raw.audit.verifyAudit({ since_link }, metadataOf(admin())),
    /** Sends the parts of an import no faster than core takes them; what it answers, as it comes. */
    async *importUsers(
      parts: Iterable<ImportUsersRequest>,
      as: Record<string, string> = admin(),
    ): AsyncGenerator<ImportUsersResponse> {
      const metadata = metadataOf(as)
      const call = raw.users.importUsers(metadata)
      const source = Readable.from(parts)
      source.pipe(call as unknown as Writable)
      try {
        for await (const answer of call) yield answer
      } finally {
        source.unpipe()
        call.cancel()
      }
    },
    /** Follows enrollments from a cursor, or from now on; resolves once that has begun. */
    watch: async (cursor = '', as: Record<string, string> = admin()) => {
      const metadata = metadataOf(as)
      const call = raw.enrollments.watchEnrollments({ cursor }, metadata)
      const watch = {
        events: [] as EnrollmentEvent[],
        cursor,
        /** `issued anna`, one for each event. */
        get story(): string[] {
          return watch.events.map(
            ({ kind, user }) => `${EnrollmentEventKind[kind]?.toLowerCase()} ${user ?? '?'}`,
          )
        },
        ended: new Promise<ServiceError | undefined>((resolve) => {
          call.on('error', resolve)
          call.on('end', resolve)
        }),
        stop: () => call.cancel(),
      }
      const begun = new Promise((resolve) => call.once('data', resolve))
      call.on('data', ({ cursor, event }) => {
        watch.cursor = cursor
        if (event) watch.events.push(event)
      })
      const failure = await Promise.race([begun.then(() => undefined), watch.ended])
      if (failure) throw failure
      return watch
    },
    /** Follows who is connected to a location; `story` has `device_connected anna`, one for each event. */
    watchConnections: (location: string) => {
      const call = raw.devices.watchConnections({ location }, metadataOf(admin()))
      const watch = {
        events: [] as ConnectionEvent[],
        /** That those who were connected at first have been named. */
        isComplete: false,
        get story(): string[] {
          return watch.events.map(
            ({ kind, gateway, user }) =>
              `${ConnectionEventKind[kind]?.toLowerCase()} ${gateway ?? user}`,
          )
        },
        ended: new Promise<ServiceError | undefined>((resolve) => {
          call.on('error', resolve)
          call.on('end', resolve)
        }),
        stop: () => call.cancel(),
      }
      call.on('data', ({ event }) => {
        if (event) watch.events.push(event)
        else watch.isComplete = true
      })
      return watch
    },
    close: () => {
      for (const client of Object.values(raw)) client.close()
    },
  }
}

/** A refusal as a caller sees it. */
export interface Refusal {
  readonly code: number
  readonly message: string
  readonly reason: string | undefined
}

export function refusalOf(err: unknown): Refusal {
  const { code, details, metadata } = err as ServiceError
  return { code, message: details, reason: metadata.get('error-reason')[0]?.toString() }
}
