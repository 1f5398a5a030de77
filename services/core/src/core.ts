import { createLogger } from '@defguard/runtime/logger'
import type { Service } from '@defguard/runtime/run'
import { componentSystem, componentVersion, OWN_VERSION } from '@defguard/runtime/version'
import { Activation } from './app/activation.js'
import { ActivationMails } from './app/activation-mails.js'
import { AdminGate } from './app/admin-gate.js'
import { ApiTokens } from './app/api-tokens.js'
import { AuditChain } from './app/audit-chain.js'
import { AuditLog } from './app/audit-log.js'
import { AuditRetention } from './app/audit-retention.js'
import { AuditVerification } from './app/audit-verification.js'
import { Auth } from './app/auth.js'
import { CallLimits } from './app/call-limits.js'
import { ConnectionWatch } from './app/connection-watch.js'
import { DeviceChanges } from './app/device-changes.js'
import { Devices } from './app/devices.js'
import { Enrollment } from './app/enrollment.js'
import { EnrollmentAdmin } from './app/enrollment-admin.js'
import { EnrollmentDevices } from './app/enrollment-devices.js'
import { EnrollmentWatch } from './app/enrollment-watch.js'
import { FirstAdmin } from './app/first-admin.js'
import { FreeAddresses } from './app/free-addresses.js'
import { GatewayConfigs } from './app/gateway-configs.js'
import { GatewayFeeds } from './app/gateway-feeds.js'
import { GatewayGate } from './app/gateway-gate.js'
import { GatewayOutages } from './app/gateway-outages.js'
import { GatewayStats } from './app/gateway-stats.js'
import { GatewayTokens } from './app/gateway-tokens.js'
import { GroupChanges } from './app/group-changes.js'
import { Groups } from './app/groups.js'
import { HelpRequests } from './app/help-requests.js'
import { InvitationMails } from './app/invitation-mails.js'
import { Invitations } from './app/invitations.js'
import { KeyRotation } from './app/key-rotation.js'
import { KeyUses } from './app/key-use.js'
import { LocationChanges } from './app/location-changes.js'
import { LocationImport } from './app/location-import.js'
import { Locations } from './app/locations.js'
import { LoginLadder } from './app/login-ladder.js'
import { MailAdministration } from './app/mail-administration.js'
import { MailDelivery } from './app/mail-delivery.js'
import { Maintenance } from './app/maintenance.js'
import { MfaAdoption } from './app/mfa-adoption.js'
import { MfaReset } from './app/mfa-reset.js'
import { MfaSetup } from './app/mfa-setup.js'
import { NetworkDevices } from './app/network-devices.js'
import { NewDevices } from './app/new-devices.js'
import { NewPassword } from './app/new-password.js'
import { Onboarding } from './app/onboarding.js'
import { OnboardingFailures } from './app/onboarding-failures.js'
import { OnboardingPreview } from './app/onboarding-preview.js'
import { OwnDevices } from './app/own-devices.js'
import { OwnSecondFactor } from './app/own-second-factor.js'
import { PasswordHasher } from './app/password-hasher.js'
import { PasswordReset } from './app/password-reset.js'
import { PasswordResetLinks } from './app/password-reset-links.js'
import { PasswordResetWorker } from './app/password-reset-worker.js'
import { Passwords } from './app/passwords.js'
import { Polling } from './app/polling.js'
import { SecondFactor } from './app/second-factor.js'
import { Settings } from './app/settings.js'
import { StreamPlaces } from './app/stream-places.js'
import { TestMails } from './app/test-mails.js'
import { UserChanges } from './app/user-changes.js'
import { UserImport } from './app/user-import.js'
import { UserLife } from './app/user-life.js'
import { Users } from './app/users.js'
import type { CoreConfig } from './config.js'
import { openDatabase, ping } from './db/database.js'
import { ENROLLMENT_EVENT_CHANNEL } from './db/enrollment-events.js'
import { isDatabaseOutage, translateViolation } from './db/errors.js'
import { LOCATION_CHANNEL } from './db/gateway-configs.js'
import { Listener } from './db/listener.js'
import { MAIL_CHANNEL } from './db/mails.js'
import { migrate } from './db/migrate.js'
import { PASSWORD_RESET_CHANNEL } from './db/password-reset-requests.js'
import type { Clock } from './domain/clock.js'
import { GatewayTokenSigner } from './domain/gateway-token.js'
import { CodeHasher } from './domain/mfa.js'
import { Sealer } from './domain/sealing.js'
import { createEntrance } from './grpc/entrance.js'
import { createGatewayServer } from './grpc/gateway-server.js'
import { Health } from './grpc/health.js'
import { RefusedAccess } from './grpc/refused-access.js'
import { createServer, drain } from './grpc/server.js'
import type { CallOptions } from './grpc/unary.js'
import { limitsOff } from './limits-config.js'
import { createSmtpTransport } from './mail/smtp-transport.js'
import type { MailTransport } from './mail/transport.js'

/** The two seams of tests; everything else runs as in production. */
export interface Seams {
  readonly clock?: Clock
  readonly transport?: MailTransport
}

export interface Core extends Service {
  /** Where it listens; known once it has started. */
  readonly port: number
  /** Where it listens for gateways. */
  readonly gatewayPort: number
  /** Clears up now instead of within a minute. */
  maintain(): Promise<void>
  /** Gives the account `admin` a new password, and makes it first if it is missing. */
  bootstrapAdmin(): Promise<{ username: string; password: string }>
}

/** The private service that owns people, tokens, devices and locations. */
export function createCore(config: CoreConfig, seams: Seams = {}): Core {
  const log = createLogger('core', config.logLevel)
  const clock = seams.clock ?? (() => new Date())
  const sealer = new Sealer(config.secretKeys)
  const hasher = new PasswordHasher(config.secretKeys, config.bcryptCost)
  const codeHasher = new CodeHasher(config.secretKeys)
  const gatewaySigner = new GatewayTokenSigner(config.gateways.tokenSecret, config.secretKeys)
  const db = openDatabase({
    ...config.database,
    onIdleError: (err) => log.warn({ err }, 'a database connection broke'),
  })
  const urls = { url: config.url, proxyUrl: config.proxyUrl, version: OWN_VERSION }

  const invitations = new Invitations(
    new InvitationMails(sealer, urls, config.sessionTimeoutMs),
    urls,
    { defaultMs: config.tokenTimeoutMs, maxMs: config.tokenTimeoutMaxMs },
  )
  const secondFactor = new SecondFactor(db, sealer, codeHasher, config.mfaCodeTimeoutMs)
  const onboardingFailures = new OnboardingFailures(log)
  const limits = new CallLimits(db, config.limits)
  const ladder = new LoginLadder(db, clock, limits)
  const newDevices = new NewDevices(sealer, config.devicesPerUser)
  const users = new Users(db, clock, hasher, invitations)
  const settings = new Settings(db, clock, sealer)
  const firstAdmin = new FirstAdmin(db, clock, hasher)
  const delivery = new MailDelivery(
    db,
    clock,
    sealer,
    seams.transport ?? createSmtpTransport(),
    urls,
    log,
  )
  const resetLinks = new PasswordResetLinks(sealer, urls, config.passwordReset)
  const resetWorker = new PasswordResetWorker(db, clock, resetLinks, log)
  const watch = new EnrollmentWatch(db)
  const connectionWatch = new ConnectionWatch(db, clock)
  const gatewayConfigs = new GatewayConfigs(db, sealer, log)
  const gatewayReporters = new StreamPlaces()
  const gatewayFeeds = new GatewayFeeds(db, clock, gatewayConfigs, gatewayReporters, log)
  const listener = new Listener(config.database.url, {
    [MAIL_CHANNEL]: () => delivery.wake(),
    [PASSWORD_RESET_CHANNEL]: () => resetWorker.wake(),
    [ENROLLMENT_EVENT_CHANNEL]: () => watch.wake(),
    [LOCATION_CHANNEL]: () => gatewayFeeds.wake(),
  })
  const auditChain = new AuditChain(db, clock, sealer, log)
  const keyUses = new KeyUses(db, clock, sealer, hasher, codeHasher, gatewaySigner, log)
  const maintenance = new Maintenance(
    db,
    clock,
    new AuditRetention(db, sealer),
    new GatewayOutages(db, sealer),
    log,
    { gatewayStatsMs: config.gateways.statsRetentionMs },
  )
  const health = new Health(() => ping(db))
  const gate = new AdminGate(db, clock, config.limits)
  const callOptions: CallOptions = {
    log,
    isOutage: isDatabaseOutage,
    refusals: new RefusedAccess(clock, log),
    translate: translateViolation,
    version: componentVersion(OWN_VERSION),
  }
  const entrance = createEntrance(config.grpc, clock, log)
  const server = createServer(
    {
      enrollment: new Enrollment(
        db,
        clock,
        config.sessionTimeoutMs,
        urls,
        onboardingFailures,
        limits,
      ),
      activation: new Activation(
        db,
        clock,
        hasher,
        new ActivationMails(sealer, urls, onboardingFailures),
        new MfaAdoption(sealer),
        limits,
      ),
      mfaSetup: new MfaSetup(db, clock, sealer, codeHasher, config.mfaCodeTimeoutMs, limits),
      enrollmentDevices: new EnrollmentDevices(
        db,
        clock,
        urls,
        newDevices,
        config.devicesPerToken,
        limits,
      ),
      polling: new Polling(db, clock, urls, limits),
      helpRequests: new HelpRequests(db, clock, sealer, limits),
      passwordReset: new PasswordReset(db, clock, config.passwordReset.sessionTimeoutMs, limits),
      newPassword: new NewPassword(db, clock, hasher, sealer, limits),
      gate,
      apiTokens: new ApiTokens(db, clock),
      auth: new Auth(db, clock, hasher, secondFactor, limits, ladder, config.adminSessionTimeoutMs),
      users,
      userImport: new UserImport(db, users),
      userChanges: new UserChanges(db, clock),
      userLife: new UserLife(db, clock),
      passwords: new Passwords(db, clock, hasher, sealer, ladder),
      mfaReset: new MfaReset(db, clock),
      groups: new Groups(db, clock),
      groupChanges: new GroupChanges(db, clock),
      enrollments: new EnrollmentAdmin(db, clock, invitations),
      watch,
      locations: new Locations(db, clock, sealer),
      locationImport: new LocationImport(db, clock, sealer),
      locationChanges: new LocationChanges(db, clock),
      gatewayTokens: new GatewayTokens(db, clock, gatewaySigner, config.gateways.tokenTimeoutMs),
      devices: new Devices(db, clock),
      deviceChanges: new DeviceChanges(db, clock, newDevices),
      ownSecondFactor: new OwnSecondFactor(db, clock, sealer, codeHasher, hasher, secondFactor),
      ownDevices: new OwnDevices(db, clock, invitations),
      freeAddresses: new FreeAddresses(db),
      connectionWatch,
      networkDevices: new NetworkDevices(db, clock, invitations),
      settings,
      mails: new MailAdministration(db, clock),
      auditLog: new AuditLog(db),
      auditVerification: new AuditVerification(db, sealer),
      keyUses,
      keyRotation: new KeyRotation(db, clock, sealer),
      testMails: new TestMails(
        db,
        clock,
        sealer,
        () => seams.transport ?? createSmtpTransport(),
        urls,
        log,
      ),
      onboarding: new Onboarding(db, clock),
      onboardingPreview: new OnboardingPreview(db, urls),
    },
    callOptions,
    entrance.roleGate,
  )
  const gatewayServer = createGatewayServer(
    {
      gate: new GatewayGate(db, clock, gatewaySigner),
      configs: gatewayConfigs,
      feeds: gatewayFeeds,
      stats: new GatewayStats(db, clock, gatewayReporters, log),
    },
    { ...callOptions, system: componentSystem() },
    gate,
  )
  health.addTo(server)

  let port = config.grpc.port
  let gatewayPort = config.gateways.port

  async function ensureFirstAdmin(): Promise<void> {
    const { password, contact } = config.firstAdmin
    if (await firstAdmin.ensure(password, contact)) return
    log.warn(
      'nobody can administer yet: run "bootstrap-admin" or set DEFGUARD_DEFAULT_ADMIN_PASSWORD',
    )
  }

  return {
    log,
    get port() {
      return port
    },
    get gatewayPort() {
      return gatewayPort
    },
    async start() {
      const off = limitsOff(config.limits)
      if (off.length > 0) log.warn({ variables: off }, 'limits are switched off')
      await migrate(config.database.url)
      await keyUses.assertReadable()
      if (config.smtpSeed) await settings.seedSmtp(config.smtpSeed)
      await ensureFirstAdmin()
      await health.start()
      delivery.start()
      resetWorker.start()
      listener.start()
      maintenance.start()
      auditChain.start()
      gatewayFeeds.start()
      gatewayPort = await entrance.listenForGateways(gatewayServer, {
        host: config.gateways.bindAddress,
        port: config.gateways.port,
      })
      port = await entrance.listen(server)
      log.info(
        { address: `${config.grpc.bindAddress}:${port}`, tls: config.grpc.tls !== undefined },
        'core is ready',
      )
    },
    async stop() {
      health.stop()
      watch.stop()
      connectionWatch.stop()
      entrance.close()
      await gatewayFeeds.stop()
      await Promise.all([drain(server), drain(gatewayServer)])
      await Promise.all([listener.stop(), maintenance.stop(), delivery.stop(), resetWorker.stop()])
      await auditChain.stop()
      await db.destroy()
    },
    maintain: () => maintenance.run(),
    async bootstrapAdmin() {
      await migrate(config.database.url)
      return firstAdmin.bootstrap(config.firstAdmin.contact)
    },
  }
}
