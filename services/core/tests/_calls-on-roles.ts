import { newPublicKey, type TestCore } from './_core.js'
import { PASSWORD } from './_mfa.js'

type As = Record<string, string>

/** Somebody with a role, a device, a link that waits, and a group that gives the role. */
export interface RoleTarget {
  readonly username: string
  readonly group: string
  readonly deviceId: number
  readonly tokenId: number
}

const BY_HAND = { send_email: false, email: undefined, expires_in_seconds: 0 }

const newPerson = (groups: string[]) => ({
  username: 'sneaky',
  email: 'sneaky@example.com',
  first_name: 'Jo',
  last_name: 'Doe',
  phone: undefined,
  language: undefined,
  groups,
})

/** Every call with which a user admin acts, in all the ways in which it could reach somebody with a role. */
export function callsOnRoles(
  core: TestCore,
): Readonly<Record<string, (target: RoleTarget, as: As) => (() => Promise<unknown>)[]>> {
  const { users, groups, enrollments, devices } = core.clients
  const update = (username: string, as: As, ...update_mask: string[]) =>
    users.updateUser({ username, user: undefined, update_mask }, as)
  return {
    'UserService/CreateUser': ({ group }, as) => [
      () =>
        users.createUser(
          {
            ...newPerson([group]),
            request_id: '',
            password: undefined,
            invitation: { ...BY_HAND, send_email: true },
          },
          as,
        ),
    ],
    'UserService/ImportUsers': ({ group }, as) => [
      async () => {
        const row = { line: 1, ...newPerson([group]) }
        const parts = [{ options: { dry_run: false, invite: false } }, { row }]
        for await (const { reason } of core.clients.importUsers(parts as never, as))
          if (reason !== undefined) throw Object.assign(new Error(reason), { reason })
      },
    ],
    'UserService/UpdateUser': ({ username, group }, as) => [
      () => update(username, as, 'email'),
      () => update(username, as, 'groups'),
      () => update(username, as, 'is_active'),
      async () => {
        const { user } = await users.getUser({ username: 'bystander' })
        if (!user) throw new Error('no user came back')
        const change = { ...user, groups: [group] }
        await users.updateUser(
          { username: user.username, user: change, update_mask: ['groups'] },
          as,
        )
      },
    ],
    'UserService/DisableUser': ({ username }, as) => [() => users.disableUser({ username }, as)],
    'UserService/EnableUser': ({ username }, as) => [() => users.enableUser({ username }, as)],
    'UserService/DeleteUser': ({ username }, as) => [
      () => users.deleteUser({ username, take_over_tokens: true }, as),
    ],
    'UserService/SetPassword': ({ username }, as) => [
      () => users.setPassword({ username, password: PASSWORD }, as),
    ],
    'UserService/ResetMfa': ({ username }, as) => [() => users.resetMfa({ username }, as)],
    'GroupService/CreateGroup': (_target, as) =>
      ['auditor', 'user_admin', 'admin'].map(
        (role) => () => groups.createGroup({ request_id: '', name: `own ${role}s`, role }, as),
      ),
    'GroupService/UpdateGroup': ({ group: name }, as) => [
      () =>
        groups.updateGroup(
          {
            name,
            group: { id: 0, name: 'other', role: '', member_count: 0 },
            update_mask: ['name'],
          },
          as,
        ),
      () =>
        groups.updateGroup(
          { name, group: { id: 0, name, role: 'none', member_count: 0 }, update_mask: ['role'] },
          as,
        ),
      () =>
        groups.updateGroup(
          {
            name: 'staff',
            group: { id: 0, name: 'staff', role: 'auditor', member_count: 0 },
            update_mask: ['role'],
          },
          as,
        ),
    ],
    'GroupService/DeleteGroup': ({ group: name }, as) => [() => groups.deleteGroup({ name }, as)],
    'GroupService/AddMember': ({ username, group }, as) => [
      () => groups.addMember({ group: 'staff', username }, as),
      () => groups.addMember({ group, username: 'bystander' }, as),
    ],
    'GroupService/RemoveMember': ({ username, group }, as) => [
      () => groups.removeMember({ group, username }, as),
      () => groups.removeMember({ group: 'staff', username }, as),
    ],
    'EnrollmentAdminService/IssueEnrollment': ({ username }, as) => [
      () => enrollments.issueEnrollment({ username, options: BY_HAND }, as),
    ],
    'EnrollmentAdminService/IssueDesktopActivation': ({ username }, as) => [
      () => enrollments.issueDesktopActivation({ username, options: BY_HAND }, as),
    ],
    'EnrollmentAdminService/RevokeToken': ({ username, tokenId }, as) => [
      () => enrollments.revokeToken({ token: { username } }, as),
      () => enrollments.revokeToken({ token: { id: tokenId } }, as),
    ],
    'EnrollmentAdminService/ResendToken': ({ username, tokenId }, as) => [
      () => enrollments.resendToken({ token: { username } }, as),
      () => enrollments.resendToken({ token: { id: tokenId } }, as),
    ],
    'DeviceService/AddDevice': ({ username }, as) => [
      () =>
        devices.addDevice({ request_id: '', username, name: 'spy', pubkey: newPublicKey() }, as),
    ],
    'DeviceService/UpdateDevice': ({ deviceId: id }, as) => [
      () =>
        devices.updateDevice({ id, name: '', pubkey: newPublicKey(), update_mask: ['pubkey'] }, as),
      () => devices.updateDevice({ id, name: 'spy', pubkey: '', update_mask: ['name'] }, as),
    ],
    'DeviceService/RemoveDevice': ({ deviceId: id }, as) => [
      () => devices.removeDevice({ id }, as),
    ],
  }
}
