import { ApiTokenServiceService } from '@defguard/proto/admin/v1/api_tokens'
import { AuditServiceService } from '@defguard/proto/admin/v1/audit'
import { AuthServiceService } from '@defguard/proto/admin/v1/auth'
import { DeviceServiceService } from '@defguard/proto/admin/v1/devices'
import { EnrollmentAdminServiceService } from '@defguard/proto/admin/v1/enrollments'
import { GroupServiceService } from '@defguard/proto/admin/v1/groups'
import { KeyServiceService } from '@defguard/proto/admin/v1/keys'
import { LocationServiceService } from '@defguard/proto/admin/v1/locations'
import { MailServiceService } from '@defguard/proto/admin/v1/mail'
import { OnboardingServiceService } from '@defguard/proto/admin/v1/onboarding'
import { SettingsServiceService } from '@defguard/proto/admin/v1/settings'
import { UserServiceService } from '@defguard/proto/admin/v1/users'
import { EnrollmentServiceService } from '@defguard/proto/enrollment/v1/enrollment'
import { PasswordResetServiceService } from '@defguard/proto/enrollment/v1/password_reset'
import { type Server as GrpcServer, ServerCredentials } from '@grpc/grpc-js'
import type { AdminGate } from '../app/admin-gate.js'
import type { ApiTokens } from '../app/api-tokens.js'
import type { EnrollmentAdmin } from '../app/enrollment-admin.js'
import type { EnrollmentWatch } from '../app/enrollment-watch.js'
import type { GatewayTokens } from '../app/gateway-tokens.js'
import type { GroupChanges } from '../app/group-changes.js'
import type { Groups } from '../app/groups.js'
import type { LocationChanges } from '../app/location-changes.js'
import type { LocationImport } from '../app/location-import.js'
import type { Locations } from '../app/locations.js'
import type { Onboarding } from '../app/onboarding.js'
import type { OnboardingPreview } from '../app/onboarding-preview.js'
import type { Settings } from '../app/settings.js'
import { apiTokenHandlers } from './api-token-handlers.js'
import { type AuditUseCases, auditHandlers } from './audit-handlers.js'
import { type AuthUseCases, authHandlers } from './auth-handlers.js'
import { GuardedServer } from './callers.js'
import { type DeviceUseCases, deviceHandlers } from './device-handlers.js'
import { enrollmentAdminHandlers } from './enrollment-admin-handlers.js'
import { type EnrollmentUseCases, enrollmentHandlers } from './enrollment-handlers.js'
import { groupHandlers } from './group-handlers.js'
import { type KeyUseCases, keyHandlers } from './key-handlers.js'
import { locationHandlers } from './location-handlers.js'
import { type MailUseCases, mailHandlers } from './mail-handlers.js'
import { onboardingHandlers } from './onboarding-handlers.js'
import { type PasswordResetUseCases, passwordResetHandlers } from './password-reset-handlers.js'
import type { RoleGate } from './role-gate.js'
import { settingsHandlers } from './settings-handlers.js'
import { type CallOptions, Calls } from './unary.js'
import { type UserUseCases, userHandlers } from './user-handlers.js'
import { wireOptions } from './wire-limits.js'

export interface UseCases
  extends EnrollmentUseCases,
    PasswordResetUseCases,
    AuthUseCases,
    UserUseCases,
    DeviceUseCases,
    MailUseCases,
    AuditUseCases,
    KeyUseCases {
  readonly gate: AdminGate
  readonly apiTokens: ApiTokens
  readonly groups: Groups
  readonly groupChanges: GroupChanges
  readonly enrollments: EnrollmentAdmin
  readonly watch: EnrollmentWatch
  readonly locations: Locations
  readonly locationImport: LocationImport
  readonly locationChanges: LocationChanges
  readonly gatewayTokens: GatewayTokens
  readonly settings: Settings
  readonly onboarding: Onboarding
  readonly onboardingPreview: OnboardingPreview
}

/** How long running calls may go on when core stops. */
const DRAIN_MS = 5_000

/**
 * Every service core offers on its one listener, not listening yet.
 *
 * @param roleGate undefined where there are no certificates to look at
 */
export function createServer(
  app: UseCases,
  options: CallOptions,
  roleGate: RoleGate | undefined,
): GrpcServer {
  const calls = new Calls(options, app.gate)
  const server = new GuardedServer({
    ...wireOptions(),
    ...(roleGate && { interceptors: [roleGate.interceptor] }),
  })
  server.addService(EnrollmentServiceService, enrollmentHandlers(calls, app))
  server.addService(PasswordResetServiceService, passwordResetHandlers(calls, app))
  server.addService(AuthServiceService, authHandlers(calls, calls.scoped('login'), app))
  server.addService(ApiTokenServiceService, apiTokenHandlers(calls.scoped('login'), app.apiTokens))
  server.addService(UserServiceService, userHandlers(calls.scoped('users'), app))
  server.addService(
    GroupServiceService,
    groupHandlers(calls.scoped('groups'), app.groups, app.groupChanges),
  )
  server.addService(
    EnrollmentAdminServiceService,
    enrollmentAdminHandlers(calls.scoped('enrollment'), app),
  )
  server.addService(
    LocationServiceService,
    locationHandlers(
      calls.scoped('locations'),
      app.locations,
      app.locationChanges,
      app.locationImport,
      app.gatewayTokens,
    ),
  )
  server.addService(DeviceServiceService, deviceHandlers(calls.scoped('devices'), app))
  server.addService(
    SettingsServiceService,
    settingsHandlers(calls.scoped('settings'), app.settings),
  )
  server.addService(MailServiceService, mailHandlers(calls.scoped('mail'), app))
  server.addService(AuditServiceService, auditHandlers(calls.scoped('audit'), app))
  server.addService(KeyServiceService, keyHandlers(calls.scoped('login'), app))
  server.addService(
    OnboardingServiceService,
    onboardingHandlers(calls.scoped('settings'), app.onboarding, app.onboardingPreview),
  )
  return server
}

/** Listens without TLS; answers with the port, which the system chooses for 0. */
export function listenPlain(
  server: GrpcServer,
  address: { host: string; port: number },
): Promise<number> {
  const host = address.host.includes(':') ? `[${address.host}]` : address.host
  const plain = ServerCredentials.createInsecure()
  return new Promise((resolve, reject) => {
    server.bindAsync(`${host}:${address.port}`, plain, (err, port) => {
      if (err) reject(err)
      else resolve(port)
    })
  })
}

/** Takes no new calls and lets running ones finish, for a bounded time. */
export function drain(server: GrpcServer): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      server.forceShutdown()
      resolve()
    }, DRAIN_MS)
    server.tryShutdown(() => {
      clearTimeout(timer)
      resolve()
    })
  })
}
