import { ApiTokenServiceService } from '@defguard/proto/admin/v1/api_tokens'
import { AuditServiceService } from '@defguard/proto/admin/v1/audit'
import { AuthServiceService } from '@defguard/proto/admin/v1/auth'
import { Violations } from '@defguard/proto/admin/v1/common'
import { DeviceServiceService } from '@defguard/proto/admin/v1/devices'
import { EnrollmentAdminServiceService } from '@defguard/proto/admin/v1/enrollments'
import { GroupServiceService } from '@defguard/proto/admin/v1/groups'
import { KeyServiceService } from '@defguard/proto/admin/v1/keys'
import { LocationServiceService } from '@defguard/proto/admin/v1/locations'
import { MailServiceService } from '@defguard/proto/admin/v1/mail'
import { OnboardingServiceService } from '@defguard/proto/admin/v1/onboarding'
import { SettingsServiceService } from '@defguard/proto/admin/v1/settings'
import { UserServiceService } from '@defguard/proto/admin/v1/users'
import {
  Metadata,
  type MethodDefinition,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
  type status,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js'

const SERVICES = [
  ApiTokenServiceService,
  AuditServiceService,
  AuthServiceService,
  DeviceServiceService,
  EnrollmentAdminServiceService,
  GroupServiceService,
  KeyServiceService,
  LocationServiceService,
  MailServiceService,
  OnboardingServiceService,
  SettingsServiceService,
  UserServiceService,
]

const SESSION = { expires_timestamp: 1_767_225_600, mfa_setup_required: false }
export const PASSWORD = 'Correct-Admin-Battery-1'
export const SESSION_SECRET = 'dga_0123456789'
export const CODE = '492039'

/** A call as it arrived. */
export interface Call {
  readonly path: string
  readonly request: unknown
  readonly bearer: string
}

/** The other end of the wire: answers as a test says, and remembers what it was asked. */
export class TestCore {
  readonly calls: Call[] = []
  readonly #answers = new Map<string, (request: never, bearer: string) => unknown>()
  readonly #server = new Server()
  port = 0

  constructor() {
    for (const service of SERVICES) {
      const methods = Object.entries(service as Record<string, MethodDefinition<unknown, unknown>>)
      const handlers: UntypedServiceImplementation = Object.fromEntries(
        methods.map(([name, { path, requestStream, responseStream }]) => [
          name,
          requestStream
            ? this.exchange(path)
            : responseStream
              ? this.stream(path)
              : this.unary(path),
        ]),
      )
      this.#server.addService(service, handlers)
    }
    this.answer(AuthServiceService.login, ({ login, password }) => {
      if (password !== PASSWORD) throw refusal(16, 'invalid username or password', 'login_failed')
      return { session_secret: SESSION_SECRET, username: login, ...SESSION }
    })
    this.answer(AuthServiceService.logout, () => ({}))
  }

  /** Where the program finds it. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  async start(): Promise<this> {
    this.port = await new Promise((resolve, reject) => {
      this.#server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (err, port) =>
        err ? reject(err) : resolve(port),
      )
    })
    return this
  }

  stop(): void {
    this.#server.forceShutdown()
  }

  answer<Req, Res>(
    method: MethodDefinition<Req, Res>,
    handle: (request: Req, bearer: string) => Res | Promise<Res>,
  ): void {
    this.#answers.set(method.path, handle as (request: never, bearer: string) => unknown)
  }

  answerInPieces<Req, Res>(method: MethodDefinition<Req, Res>, pieces: readonly Res[]): void {
    this.#answers.set(method.path, () => pieces)
  }

  /** The requests of one method, in the order of their arrival. */
  requests<Req, Res>(method: MethodDefinition<Req, Res>): Req[] {
    return this.calls
      .filter(({ path }) => path === method.path)
      .map(({ request }) => request as Req)
  }

  private unary(path: string) {
    return async (call: ServerUnaryCall<unknown, unknown>, done: sendUnaryData<unknown>) => {
      try {
        done(null, await this.handle(path, call))
      } catch (err) {
        done(err as Parameters<typeof done>[0])
      }
    }
  }

  private stream(path: string) {
    return (call: ServerWritableStream<unknown, unknown>) => {
      try {
        for (const piece of this.handle(path, call) as unknown[]) call.write(piece)
        call.end()
      } catch (err) {
        call.emit('error', err)
      }
    }
  }

  /** Answers a request after the other; one without an answer gets none. */
  private exchange(path: string) {
    return async (call: ServerDuplexStream<unknown, unknown>) => {
      try {
        const { metadata } = call
        for await (const request of call.iterator({ destroyOnReturn: false })) {
          const answer = await this.handle(path, { request, metadata })
          if (answer !== undefined) call.write(answer)
        }
        call.end()
      } catch (err) {
        call.emit('error', err)
      }
    }
  }

  private handle(path: string, call: { request: unknown; metadata: Metadata }): unknown {
    const bearer = String(call.metadata.get('authorization')[0] ?? '')
    this.calls.push({ path, request: call.request, bearer })
    const handle = this.#answers.get(path)
    if (!handle) throw refusal(12, 'not a part of this test', undefined)
    return handle(call.request as never, bearer)
  }
}

/** What a handler throws to refuse a call the way core does. */
export function refusal(
  code: status,
  details: string,
  reason: string | undefined,
  violations: { field: string; message: string }[] = [],
) {
  const metadata = new Metadata()
  if (reason) metadata.set('error-reason', reason)
  if (violations[0]) {
    metadata.set('error-field', violations[0].field)
    metadata.set('error-violations-bin', Buffer.from(Violations.encode({ violations }).finish()))
  }
  return { code, details, metadata }
}

/** From now on the account has a second factor, and the password is not enough. */
export function demandCode(core: TestCore): void {
  core.answer(AuthServiceService.login, ({ login, code }) => {
    if (!code) {
      const details = 'enter a code of your authenticator app, or a recovery code'
      throw refusal(16, details, 'mfa_code_required')
    }
    if (code !== CODE) throw refusal(16, 'Code invalid', 'mfa_code')
    return { session_secret: SESSION_SECRET, username: login, ...SESSION }
  })
}
