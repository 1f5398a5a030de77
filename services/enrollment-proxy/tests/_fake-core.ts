import {
  EnrollmentServiceService,
  type StartEnrollmentResponse,
} from '@defguard/proto/enrollment/v1/enrollment'
import {
  PasswordResetServiceService,
  type StartPasswordResetResponse,
} from '@defguard/proto/enrollment/v1/password_reset'
import {
  Metadata,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type status,
} from '@grpc/grpc-js'
import { HealthImplementation } from 'grpc-health-check'
import { DEADLINE, deviceConfig, enrollment } from './_samples.js'

/** A call as core got it. */
export interface Received {
  readonly rpc: string
  readonly request: Record<string, unknown>
  readonly metadata: Record<string, string>
}

/** How a call ends that does not succeed. */
export interface Failure {
  readonly code: status
  readonly details?: string
  readonly trailers?: Record<string, string>
}

type Answer = (rpc: string, request: Record<string, unknown>) => unknown

export const SESSION_SECRET = 'dgs_ZGYnxGXs5WXbb4c7mBtQ9K7Q3hQEFrvc1fnn26'
export const RESET_SECRET = 'dgt_3kJp0WqLZx8vN5tYbR2mC7sHfD9aGiE61UoXnQ'

const REPLIES: Readonly<Record<string, object>> = {
  startEnrollment: { session_secret: SESSION_SECRET, enrollment } satisfies StartEnrollmentResponse,
  getSession: { enrollment },
  activateUser: {},
  startMfaSetup: { totp_secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP' },
  finishMfaSetup: { recovery_codes: ['k3f9d-82hqm', 'x7c2p-hhq4m'] },
  createDevice: { device_config: deviceConfig },
  getNetworkInfo: { device_config: deviceConfig },
  getInstanceInfo: { device_config: { ...deviceConfig, token: undefined } },
  startPasswordReset: {
    session_secret: RESET_SECRET,
    deadline_timestamp: DEADLINE,
  } satisfies StartPasswordResetResponse,
  getInstance: {
    name: 'Example Corp',
    logo: undefined,
    accent_color: '#0b5fff',
    password_reset_enabled: true,
    contact: { name: 'IT desk', email: 'it@example.com', phone_number: '' },
  },
}

/** A core whose every answer the test chooses, behind a real gRPC listener. */
export class FakeCore {
  readonly received: Received[] = []
  version = '1.6.6+9.9.9'
  /** Replaces what a call answers: a reply, a `Failure`, or `hang` for none at all. */
  answer: Answer | undefined
  /** What every answer waits for. */
  hold: Promise<void> | undefined
  readonly #health = new HealthImplementation({ '': 'SERVING' })
  #server = new Server()
  port = 0

  /** Listens; the second time on the port of the first. */
  async start(): Promise<void> {
    this.#server = new Server()
    for (const service of [EnrollmentServiceService, PasswordResetServiceService]) {
      const handlers = Object.keys(service).map((rpc) => [rpc, this.#handler(rpc)])
      this.#server.addService(service, Object.fromEntries(handlers))
    }
    this.#health.addToServer(this.#server)
    const credentials = ServerCredentials.createInsecure()
    this.port = await new Promise<number>((resolve, reject) => {
      this.#server.bindAsync(`127.0.0.1:${this.port}`, credentials, (err, port) =>
        err ? reject(err) : resolve(port),
      )
    })
  }

  /** Ends at once, running calls included, as a killed process does. */
  stop(): void {
    this.#server.forceShutdown()
  }

  setServing(isServing: boolean): void {
    this.#health.setStatus('', isServing ? 'SERVING' : 'NOT_SERVING')
  }

  refuse(code: status, details: string, reason?: string): void {
    this.answer = () => ({ code, details, trailers: reason ? { 'error-reason': reason } : {} })
  }

  /** The calls of people; the proxy's own look-ups have no request id. */
  get calls(): Received[] {
    return this.received.filter(({ metadata }) => metadata['x-request-id'] !== undefined)
  }

  #handler(rpc: string) {
    return async (
      call: ServerUnaryCall<Record<string, unknown>, object>,
      callback: (err: object | null, reply?: object) => void,
    ) => {
      this.received.push({
        rpc,
        request: call.request,
        metadata: call.metadata.getMap() as Record<string, string>,
      })
      const headers = new Metadata()
      headers.set('defguard-component-version', this.version)
      call.sendMetadata(headers)
      await this.hold
      const answer = this.answer?.(rpc, call.request) ?? REPLIES[rpc] ?? {}
      if (answer === 'hang') return
      if (!isFailure(answer)) return callback(null, answer as object)
      const metadata = new Metadata()
      for (const [name, value] of Object.entries(answer.trailers ?? {})) metadata.set(name, value)
      callback({ code: answer.code, details: answer.details ?? 'secret host 10.9.8.7', metadata })
    }
  }
}

function isFailure(answer: unknown): answer is Failure {
  return typeof answer === 'object' && answer !== null && 'code' in answer
}
