/*
 * Who may make which call of the administrative services, whoever it is about: sessions by role, and the
 * scope that an API token needs; `-` where no API token may, `any` where each may.
 */
const MATRIX = `
rpc                                      none auditor user_admin admin scope
ApiTokenService/CreateApiToken           -    x       x          x     -
ApiTokenService/ListApiTokens            -    x       x          x     -
ApiTokenService/RevokeApiToken           -    x       x          x     -
AuditService/ExportAuditEvents           -    x       -          x     audit:read
AuditService/ListAuditEvents             -    x       -          x     audit:read
AuditService/VerifyAudit                 -    x       -          x     audit:read
AuthService/ChangePassword               x    x       x          x     -
AuthService/FinishTotp                   x    x       x          x     -
AuthService/IssueOwnDesktopActivation    x    x       x          x     -
AuthService/ListOwnDevices               x    x       x          x     -
AuthService/Logout                       x    x       x          x     -
AuthService/LogoutEverywhere             x    x       x          x     -
AuthService/RegenerateRecoveryCodes      x    x       x          x     -
AuthService/RemoveOwnDevice              x    x       x          x     -
AuthService/SetupTotp                    x    x       x          x     -
AuthService/WhoAmI                       x    x       x          x     any
DeviceService/AddDevice                  -    -       x          x     devices:write
DeviceService/CheckAddresses             -    x       -          x     devices:read
DeviceService/CreateNetworkDevice        -    -       -          x     devices:write
DeviceService/GetDevice                  -    x       x          x     devices:read
DeviceService/GetDeviceConfig            -    x       -          x     devices:read
DeviceService/IssueNetworkDeviceToken    -    -       -          x     devices:write
DeviceService/ListDevices                -    x       x          x     devices:read
DeviceService/RemoveDevice               -    -       x          x     devices:write
DeviceService/SuggestAddresses           -    x       -          x     devices:read
DeviceService/UpdateDevice               -    -       x          x     devices:write
DeviceService/WatchConnections           -    x       x          x     devices:read
EnrollmentAdminService/IssueDesktopActivation - - x x enrollment:write
EnrollmentAdminService/IssueEnrollment   -    -       x          x     enrollment:write
EnrollmentAdminService/ListTokens        -    x       x          x     enrollment:read
EnrollmentAdminService/ResendToken       -    -       x          x     enrollment:write
EnrollmentAdminService/RevokeToken       -    -       x          x     enrollment:write
EnrollmentAdminService/WatchEnrollments  -    x       x          x     enrollment:read
GroupService/AddMember                   -    -       x          x     groups:write
GroupService/CreateGroup                 -    -       x          x     groups:write
GroupService/DeleteGroup                 -    -       x          x     groups:write
GroupService/GetGroup                    -    x       x          x     groups:read
GroupService/ListGroupMembers            -    x       x          x     groups:read
GroupService/ListGroups                  -    x       x          x     groups:read
GroupService/RemoveMember                -    -       x          x     groups:write
GroupService/UpdateGroup                 -    -       x          x     groups:write
KeyService/GetKeyStatus                  -    -       -          x     -
KeyService/RotateKeys                    -    -       -          x     -
LocationService/CreateLocation           -    -       -          x     locations:write
LocationService/DeleteLocation           -    -       -          x     locations:write
LocationService/GetLocation              -    x       -          x     locations:read
LocationService/GetServerConfig          -    -       -          x     locations:secret
LocationService/ImportLocation           -    -       -          x     locations:write
LocationService/IssueGatewayToken        -    -       -          x     locations:secret
LocationService/ListGateways             -    x       -          x     locations:read
LocationService/ListLocations            -    x       -          x     locations:read
LocationService/RevokeGatewayToken       -    -       -          x     locations:write
LocationService/UpdateLocation           -    -       -          x     locations:write
MailService/CancelMail                   -    -       -          x     mail:write
MailService/GetMail                      -    x       -          x     mail:read
MailService/ListMails                    -    x       -          x     mail:read
MailService/RetryMail                    -    -       -          x     mail:write
MailService/RetryMails                   -    -       -          x     mail:write
MailService/SendTestMail                 -    -       -          x     mail:write
OnboardingService/GetOnboarding          -    x       -          x     settings:read
OnboardingService/GetOnboardingRevision  -    x       -          x     settings:read
OnboardingService/ListOnboardingHistory  -    x       -          x     settings:read
OnboardingService/PreviewOnboarding      -    x       -          x     settings:read
OnboardingService/RestoreOnboarding      -    -       -          x     settings:write
OnboardingService/SetOnboarding          -    -       -          x     settings:write
SettingsService/GetSettings              -    x       -          x     settings:read
SettingsService/UpdateSettings           -    -       -          x     settings:write
UserService/CheckUsername                -    x       x          x     users:read
UserService/CreateUser                   -    -       x          x     users:write
UserService/DeleteUser                   -    -       x          x     users:write
UserService/DisableUser                  -    -       x          x     users:write
UserService/EnableUser                   -    -       x          x     users:write
UserService/GetUser                      -    x       x          x     users:read
UserService/ImportUsers                  -    -       x          x     users:write
UserService/ListUsers                    -    x       x          x     users:read
UserService/ResetMfa                     -    -       x          x     -
UserService/SetPassword                  -    -       x          x     -
UserService/UpdateUser                   -    -       x          x     users:write
`

export const ROLES = ['none', 'auditor', 'user_admin', 'admin'] as const
export type Role = (typeof ROLES)[number]

export interface MatrixRow {
  /** `UserService/GetUser` */
  readonly rpc: string
  readonly roles: readonly Role[]
  /** Undefined: no API token may; `any`: each may. */
  readonly scope: string | undefined
}

/** Logging in is for whoever has no credential yet. */
export const OPEN = ['AuthService/Login']

export const ROWS: readonly MatrixRow[] = MATRIX.trim()
  .split('\n')
  .slice(1)
  .map((line) => {
    const [rpc = '', ...cells] = line.split(/\s+/)
    const scope = cells.at(-1)
    return {
      rpc,
      roles: ROLES.filter((_, i) => cells[i] === 'x'),
      scope: scope === '-' ? undefined : scope,
    }
  })

/** How the gate answers a session of this role; `in` when it lets the call through. */
export function ofSession(role: Role) {
  return ({ roles }: MatrixRow) => (roles.includes(role) ? 'in' : 'not_allowed')
}

/** The same for an API token with these scopes, whose owner has this role. */
export function ofToken(role: Role, scopes: readonly string[]) {
  return ({ roles, scope }: MatrixRow) => {
    if (scope === 'any') return 'in'
    if (scope === undefined) return 'login_required'
    const isGranted = scopes.includes(scope) || scopes.includes(scope.replace(':read', ':write'))
    if (!isGranted) return 'scope_missing'
    return roles.includes(role) ? 'in' : 'not_allowed'
  }
}
