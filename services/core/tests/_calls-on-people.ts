import { User } from '@defguard/proto/admin/v1/users'
import { createGroup, updateGroup } from './_access.js'
import { newPublicKey, type TestCore } from './_core.js'

/** How a call that changes something is made, and its event. */
export type Call = readonly [
  method: string,
  action: string,
  act: (clients: TestCore['clients']) => Promise<unknown>,
  /** Of whom, if not of the admin. */
  by?: string,
]

/** Those on people, groups, enrollments and devices, in an order in which they are possible. */
export function callsOnPeople(core: () => TestCore): readonly Call[] {
  const kept: Record<string, number> = {}
  return [
    ['UserService/CreateUser', 'user.created', () => core().createUser('created')],
    [
      'UserService/UpdateUser',
      'user.updated',
      ({ users }) => {
        const user = { ...User.decode(new Uint8Array()), first_name: 'Ann' }
        return users.updateUser({ username: 'active', user, update_mask: ['first_name'] })
      },
    ],
    ['UserService/DisableUser', 'user.disabled', () => core().disable('active')],
    ['UserService/EnableUser', 'user.enabled', () => core().enable('active')],
    [
      'UserService/SetPassword',
      'auth.password_changed',
      ({ users }) => users.setPassword({ username: 'active', password: 'staple of the horse' }),
    ],
    [
      'UserService/ResetMfa',
      'auth.mfa_reset',
      ({ users }) => users.resetMfa({ username: 'active' }),
    ],
    [
      'UserService/ImportUsers',
      'user.created',
      async ({ importUsers }) => {
        const person = { first_name: 'Jo', last_name: 'Doe', groups: [] }
        const row = { line: 2, username: 'listed', email: 'listed@example.com', ...person }
        const parts = [
          { options: { dry_run: false, invite: false }, row: undefined },
          { options: undefined, row: { ...row, phone: undefined, language: undefined } },
        ]
        for await (const _answer of importUsers(parts));
      },
    ],
    [
      'UserService/DeleteUser',
      'user.deleted',
      ({ users }) => users.deleteUser({ username: 'listed', take_over_tokens: false }),
    ],
    ['GroupService/CreateGroup', 'group.created', () => createGroup(core(), 'made')],
    [
      'GroupService/UpdateGroup',
      'group.updated',
      () => updateGroup(core(), 'made', { name: 'ops' }),
    ],
    [
      'GroupService/AddMember',
      'group.member_added',
      ({ groups }) => groups.addMember({ group: 'ops', username: 'active' }),
    ],
    [
      'GroupService/RemoveMember',
      'group.member_removed',
      ({ groups }) => groups.removeMember({ group: 'ops', username: 'active' }),
    ],
    [
      'GroupService/DeleteGroup',
      'group.deleted',
      ({ groups }) => groups.deleteGroup({ name: 'ops' }),
    ],
    [
      'EnrollmentAdminService/IssueEnrollment',
      'enrollment.token_issued',
      async () => (kept.token = (await core().invite('invited')).id),
    ],
    [
      'EnrollmentAdminService/ResendToken',
      'enrollment.resent',
      ({ enrollments }) =>
        enrollments.resendToken({ token: { id: kept.token, username: undefined } }),
    ],
    [
      'EnrollmentAdminService/RevokeToken',
      'enrollment.revoked',
      ({ enrollments }) =>
        enrollments.revokeToken({ token: { id: undefined, username: 'invited' } }),
    ],
    [
      'EnrollmentAdminService/IssueDesktopActivation',
      'desktop.token_issued',
      ({ enrollments }) =>
        enrollments.issueDesktopActivation({ username: 'active', options: undefined }),
    ],
    [
      'DeviceService/AddDevice',
      'device.added',
      async ({ devices }) => {
        const device = { username: 'active', name: 'Laptop', pubkey: newPublicKey() }
        kept.device = (await devices.addDevice({ request_id: '', ...device })).device?.id ?? 0
      },
    ],
    [
      'DeviceService/UpdateDevice',
      'device.updated',
      ({ devices }) =>
        devices.updateDevice({
          id: kept.device ?? 0,
          name: 'Desktop',
          pubkey: '',
          update_mask: ['name'],
        }),
    ],
    [
      'DeviceService/GetDeviceConfig',
      'device.config_read',
      ({ devices }) => devices.getDeviceConfig({ id: kept.device ?? 0, location: '' }),
    ],
    [
      'DeviceService/RemoveDevice',
      'device.removed',
      ({ devices }) => devices.removeDevice({ id: kept.device ?? 0 }),
    ],
    [
      'DeviceService/CreateNetworkDevice',
      'network_device.created',
      async ({ devices }) => {
        const { device } = await devices.createNetworkDevice({
          request_id: '',
          name: 'printer',
          location: 'Office',
          addresses: [],
          owner: '',
          pubkey: undefined,
          expires_in_seconds: 0,
        })
        kept.printer = device?.id ?? 0
      },
    ],
    [
      'DeviceService/IssueNetworkDeviceToken',
      'network_device.token_issued',
      ({ devices }) =>
        devices.issueNetworkDeviceToken({ id: kept.printer ?? 0, expires_in_seconds: 0 }),
    ],
  ]
}
