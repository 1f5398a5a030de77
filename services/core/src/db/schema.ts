import type { ColumnType, Generated, GeneratedAlways, Insertable, Selectable } from 'kysely'
import type { TokenKind } from '../domain/enrollment-token.js'
import type { AttemptOutcome, MailState } from '../domain/mail.js'
import type { CodeHash } from '../domain/mfa.js'
import type { OnboardingKind } from '../domain/onboarding.js'
import type { Scope } from '../domain/scope.js'
import type { SecretHash } from '../domain/secret.js'
import type { Role } from '../domain/user.js'

/*
 * The tables as code sees them: camelCase by Kysely's plugin. Migrations are the truth; this file
 * follows them.
 */

type Id = GeneratedAlways<number>
type SmtpEncryption = 'none' | 'starttls' | 'implicittls'

interface GroupTable {
  id: Id
  name: string
  role: Role
  createdAt: Date
  requestId: string | null
}

interface UserTable {
  id: Id
  username: string
  email: string
  firstName: string
  lastName: string
  phone: string | null
  language: string | null
  /** What the person's page said last; differs from `language` where an admin has chosen. */
  suggestedLanguage: string | null
  isActive: Generated<boolean>
  passwordHash: string | null
  createdAt: Date
  updatedAt: Date
  activatedAt: Date | null
  requestId: string | null
  totpSecretSealed: Buffer | null
  totpLastStep: number | null
  mfaEmail: Generated<boolean>
  mfaWrongCodes: Generated<number>
  mfaLockedUntil: Date | null
  /** It was to have a second factor when it was activated. */
  mfaDemanded: Generated<boolean>
}

interface UserGroupTable {
  userId: number
  groupId: number
}

interface LocationTable {
  id: Id
  name: string
  addresses: string[]
  endpoint: string
  port: number
  dns: string[]
  allowedIps: string[]
  keepaliveInterval: number
  /** Null: never. */
  keepaliveChangedAt: Date | null
  /** Seconds without a handshake after which a device counts as gone. */
  peerDisconnectThreshold: number
  allowAllGroups: boolean
  publicKey: string
  privateKeySealed: Buffer
  revision: Generated<number>
  /** Grows with what admins change; `revision` with the peers. */
  settingsRevision: Generated<number>
  createdAt: Date
  requestId: string | null
}

interface LocationAllowedGroupTable {
  locationId: number
  groupId: number
}

interface LocationFreeRangeTable {
  locationId: number
  position: number
  first: string
  last: string
}

interface EnrollmentTokenTable {
  id: Id
  kind: TokenKind
  tokenHash: SecretHash
  userId: number
  issuedBy: number | null
  sentTo: string | null
  issuedAt: Date
  expiresAt: Date
  startedAt: Date | null
  sessionDeadline: Date | null
  consumedAt: Date | null
  revokedAt: Date | null
  deviceCount: Generated<number>
  noteCount: Generated<number>
  linkRequestCount: Generated<number>
  linkRequestedAt: Date | null
  endRecorded: Generated<boolean>
  startCount: Generated<number>
  /** The prepared device of a network device token; null for the other kinds. */
  deviceId: number | null
}

interface EnrollmentSessionTable {
  id: Id
  enrollmentTokenId: number
  sessionHash: SecretHash
  createdAt: Date
  endedAt: Date | null
  activatedAt: Date | null
  ip: string | null
  userAgent: string | null
}

interface MfaSetupTable {
  enrollmentSessionId: number
  totpSecretSealed: Buffer | null
  totpLastStep: number | null
  totpWrongCodes: Generated<number>
  confirmedTotpSecretSealed: Buffer | null
  confirmedTotpStep: number | null
  emailCodeHash: CodeHash | null
  emailCodeExpiresAt: Date | null
  emailCodeSentAt: Date | null
  emailWrongCodes: Generated<number>
  emailConfirmedAt: Date | null
}

interface RecoveryCodeTable {
  id: Id
  mfaSetupId: number | null
  userId: number | null
  codeHash: CodeHash
  usedAt: Date | null
}

interface LoginCodeTable {
  userId: number
  codeHash: CodeHash
  expiresAt: Date
  sentAt: Date
}

interface PasswordResetRequestTable {
  id: Id
  email: string
  requestedAt: Date
  ip: string | null
  userAgent: string | null
  requestId: string | null
}

interface PasswordResetTokenTable {
  id: Id
  tokenHash: SecretHash
  userId: number
  issuedAt: Date
  expiresAt: Date
  startedAt: Date | null
  sessionDeadline: Date | null
  consumedAt: Date | null
  revokedAt: Date | null
  startCount: Generated<number>
}

interface PasswordResetSessionTable {
  id: Id
  passwordResetTokenId: number
  sessionHash: SecretHash
  createdAt: Date
  endedAt: Date | null
  resetAt: Date | null
}

interface DeviceTable {
  id: Id
  /** Null for a network device, which has `preparedFor…` instead. */
  userId: number | null
  name: string
  /** Null only for a network device that waits for its key. */
  publicKey: string | null
  createdAt: Date
  enrollmentTokenId: number | null
  enrollmentSessionId: number | null
  firstPolledAt: Date | null
  preparedForId: number | null
  preparedForName: string | null
  mobileAuthKey: string | null
  requestId: string | null
}

interface DeviceLocationTable {
  deviceId: number
  locationId: number
  position: number
  address: string
}

interface PollingTokenTable {
  id: Id
  deviceId: number
  tokenHash: SecretHash
  createdAt: Date
  lastUsedAt: Date | null
}

interface LoginAddressTable {
  userId: number
  /** An IPv4 address, or the /64 of an IPv6 one. */
  subscriber: string
  lastLoginAt: Date
}

interface CallCountTable {
  key: Buffer
  taken: number
  endsAt: Date
}

interface AdminSessionTable {
  id: Id
  userId: number
  sessionHash: SecretHash
  createdAt: Date
  expiresAt: Date
  endedAt: Date | null
  ip: string | null
  userAgent: string | null
  /** Of an authenticator app that this session is setting up. */
  totpSecretSealed: Buffer | null
  totpWrongCodes: Generated<number>
  wrongPasswords: Generated<number>
}

interface ApiTokenTable {
  id: Id
  userId: number
  name: string
  tokenHash: SecretHash
  scopes: Scope[]
  createdAt: Date
  expiresAt: Date
  revokedAt: Date | null
  lastUsedAt: Date | null
  lastUsedIp: string | null
  requestId: string | null
}

interface GatewayTable {
  id: Id
  locationId: number
  name: string
  /** What its token is known by. */
  jti: string
  /** Of the key that its token is signed with; null when that is not known yet. */
  keyId: Buffer | null
  issuedAt: Date
  issuedBy: number | null
  expiresAt: Date
  revokedAt: Date | null
  requestId: string | null
  expiryLoggedAt: Date | null
  hostname: string | null
  /** What it calls itself. */
  displayName: string | null
  version: string | null
  system: string | null
  lastSeenAt: Date | null
  /** What the audit log says of it. */
  isConnected: Generated<boolean>
  /** When a stream of it was last seen open. */
  followedAt: Date | null
  /** Since when it is gone, once admins have been told. */
  outageSince: Date | null
}

/** A stream of updates that a core holds open. */
interface GatewayStreamTable {
  id: string
  gatewayId: number
  openedAt: Date
  lastSeenAt: Date
}

/** What gateways said last of a device in a location. */
interface DeviceStatsTable {
  deviceId: number
  locationId: number
  endpoint: string | null
  sentBytes: number
  receivedBytes: number
  latestHandshakeAt: Date | null
  connectedAt: Date | null
  toldAt: Date
}

interface SettingsTable {
  onlyRow: Generated<boolean>
  instanceId: Generated<string>
  instanceName: string
  logo: string | null
  accentColor: string | null
  defaultLanguage: string
  supportContactName: string | null
  supportContactEmail: string | null
  supportContactPhone: string | null
  enrollmentUseWelcomeMessageAsEmail: boolean
  enrollmentSendWelcomeEmail: boolean
  enrollmentVpnStepOptional: boolean
  onlyClientActivation: boolean
  adminDeviceManagement: boolean
  passwordMinLength: number
  smtpServer: string | null
  smtpPort: number | null
  smtpEncryption: SmtpEncryption
  smtpUser: string | null
  smtpPasswordSealed: Buffer | null
  smtpSender: string | null
  /** PEM */
  smtpCa: string | null
  smtpTimeoutSeconds: Generated<number>
  smtpSeeded: boolean
  notifyAdminEnrollmentCompleted: boolean
  notifyUserNewDevice: boolean
  enrollmentMfaRequired: boolean
  notifyUserMfaEnabled: boolean
  passwordResetEnabled: boolean
  notifyUserPasswordChanged: boolean
  notifyAdminMistakeReported: boolean
  notifyAdminNewLinkRequested: boolean
  enrollmentReminder: Generated<boolean>
  enrollmentResendCooldownSeconds: Generated<number>
  auditRetentionMonths: Generated<number>
  gatewayDisconnectNotificationsEnabled: Generated<boolean>
  /** Minutes */
  gatewayDisconnectNotificationsInactivityThreshold: Generated<number>
  gatewayDisconnectNotificationsReconnectNotificationEnabled: Generated<boolean>
}

interface OnboardingTextTable {
  id: Id
  kind: OnboardingKind
  language: string
  text: string | null
  authorId: number | null
  authorName: string
  createdAt: Date
  failureRecordedAt: Date | null
}

interface MailTable {
  id: Id
  kind: string
  recipient: string
  language: string
  variablesSealed: Buffer | null
  messageId: string
  enrollmentTokenId: number | null
  expiresAt: Date | null
  passwordResetTokenId: number | null
  state: MailState
  attempts: Generated<number>
  createdAt: Date
  nextAttemptAt: Date
  leasedUntil: Date | null
  sentAt: Date | null
  lastError: string | null
  /** From when on it is to be sent; null: from its creation. */
  dueSince: Date | null
  earlierAttempts: Generated<number>
  /** Of the mail that it follows. */
  inReplyTo: string | null
}

interface MailAttemptTable {
  mailId: number
  number: number
  startedAt: Date
  endedAt: Date | null
  outcome: AttemptOutcome | null
  error: string | null
  server: string
}

interface AuditEventTable {
  id: Id
  at: Date
  actorKind: 'admin' | 'api_token' | 'person' | 'gateway' | 'proxy' | 'system'
  actorId: number | null
  actorName: string | null
  action: string
  objectKind: string | null
  objectId: number | null
  objectName: string | null
  result: 'ok' | 'refused' | 'failed'
  reason: string | null
  ip: string | null
  userAgent: string | null
  requestId: string | null
  details: ColumnType<Record<string, unknown> | null, string | null, never>
  /** Which transaction wrote it; grows beyond what a number holds. */
  transactionId: GeneratedAlways<string>
}

interface AuditKeyTable {
  firstPosition: number
  keySealed: Buffer
  createdAt: Date
}

interface AuditLinkTable {
  position: number
  eventId: number
  link: Buffer
}

interface AuditHeadTable {
  onlyRow: Generated<boolean>
  position: number
  link: Buffer
  code: Buffer
}

interface AuditCutTable {
  position: number
  link: Buffer
  code: Buffer
  olderThan: Date
  cutAt: Date
}

interface LocationAccessView {
  userId: number
  locationId: number
}

interface PeerView {
  locationId: number
  deviceId: number
  position: number
  address: string
  publicKey: string
  deviceName: string
  username: string
}

export interface Schema {
  group: GroupTable
  user: UserTable
  userGroup: UserGroupTable
  location: LocationTable
  locationAllowedGroup: LocationAllowedGroupTable
  locationFreeRange: LocationFreeRangeTable
  enrollmentToken: EnrollmentTokenTable
  enrollmentSession: EnrollmentSessionTable
  mfaSetup: MfaSetupTable
  recoveryCode: RecoveryCodeTable
  loginCode: LoginCodeTable
  passwordResetRequest: PasswordResetRequestTable
  passwordResetToken: PasswordResetTokenTable
  passwordResetSession: PasswordResetSessionTable
  device: DeviceTable
  deviceLocation: DeviceLocationTable
  pollingToken: PollingTokenTable
  adminSession: AdminSessionTable
  apiToken: ApiTokenTable
  gateway: GatewayTable
  gatewayStream: GatewayStreamTable
  deviceStats: DeviceStatsTable
  loginAddress: LoginAddressTable
  callCount: CallCountTable
  settings: SettingsTable
  onboardingText: OnboardingTextTable
  mail: MailTable
  mailAttempt: MailAttemptTable
  auditEvent: AuditEventTable
  auditKey: AuditKeyTable
  auditLink: AuditLinkTable
  auditHead: AuditHeadTable
  auditCut: AuditCutTable
  locationAccess: LocationAccessView
  peer: PeerView
}

export type User = Selectable<UserTable>
export type Group = Selectable<GroupTable>
export type Location = Selectable<LocationTable>
export type EnrollmentToken = Selectable<EnrollmentTokenTable>
export type EnrollmentSession = Selectable<EnrollmentSessionTable>
export type ApiToken = Selectable<ApiTokenTable>
export type Gateway = Selectable<GatewayTable>
export type MfaSetup = Selectable<MfaSetupTable>
export type Device = Selectable<DeviceTable>
export type Settings = Selectable<SettingsTable>
export type Mail = Selectable<MailTable>
export type MailAttempt = Selectable<MailAttemptTable>
/** What a mail is, and about which token. */
export type MailSubject = Pick<Mail, 'id' | 'kind' | 'enrollmentTokenId'>
export type OnboardingText = Selectable<OnboardingTextTable>
export type AuditEvent = Selectable<AuditEventTable>
export type AuditKey = Selectable<AuditKeyTable>
export type AuditCut = Selectable<AuditCutTable>
export type NewAuditEvent = Insertable<AuditEventTable>
