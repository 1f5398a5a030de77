import { AuthServiceService } from '@defguard/proto/admin/v1/auth'
import { DeviceServiceService } from '@defguard/proto/admin/v1/devices'
import {
  EnrollmentAdminServiceService,
  TokenKind,
  TokenState,
} from '@defguard/proto/admin/v1/enrollments'
import { GroupServiceService } from '@defguard/proto/admin/v1/groups'
import { LocationServiceService, UnmappedReason } from '@defguard/proto/admin/v1/locations'
import { Settings, SettingsServiceService } from '@defguard/proto/admin/v1/settings'
import { UserServiceService } from '@defguard/proto/admin/v1/users'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { admin, run } from './_cli.js'
import { TestCore } from './_core.js'
import { ANNA, INVITATION, LAPTOP, NEW_YEAR, OFFICE, token } from './_samples.js'

let core: TestCore
beforeAll(async () => {
  core = await new TestCore().start()
})
afterAll(() => core.stop())

/** The document that a command prints. */
async function json(args: string[], stdin?: string): Promise<unknown> {
  const { code, stdout, stderr } = await run([...args, '--json'], admin(core), stdin)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return JSON.parse(stdout)
}

const ANNA_JSON = {
  id: 7,
  username: 'anna',
  email: 'anna@example.com',
  first_name: 'Anna',
  last_name: 'Łęcka 日本',
  phone: null,
  language: null,
  state: 'pending',
  is_active: true,
  enrolled: false,
  groups: ['staff', 'vpn'],
  invitation: null,
}
const INVITATION_JSON = {
  token: INVITATION.token,
  url: INVITATION.url,
  deep_link: INVITATION.deep_link,
  qr: INVITATION.qr,
  expires_at: '2026-01-02T00:00:00Z',
  mail: 'anna@example.com',
}
const { settings_revision: _, ...OFFICE_JSON } = OFFICE
const NEW_ANNA = [
  '--username=anna',
  '--first-name=Anna',
  '--last-name=Doe',
  '--email=a@example.com',
]

it('gives a new person, and with an invitation both', async () => {
  core.answer(UserServiceService.createUser, ({ invitation }) => ({
    user: ANNA,
    invitation: invitation && { ...INVITATION, mailed_to: 'anna@example.com' },
  }))
  const create = ['user', 'create', ...NEW_ANNA]
  expect(await json([...create, '--group', 'a, b', '--group', 'c'])).toEqual(ANNA_JSON)
  expect(await json([...create, '--invite', '--send-to', 'home@example.com'])).toEqual({
    user: ANNA_JSON,
    invitation: INVITATION_JSON,
  })
  const [first, second] = core.requests(UserServiceService.createUser)
  expect(first).toMatchObject({ groups: ['a', 'b', 'c'], invitation: undefined })
  expect(second?.invitation).toEqual({
    send_email: true,
    email: 'home@example.com',
    expires_in_seconds: 0,
  })
})

it('gives the first password of a person to core from standard input only', async () => {
  core.answer(UserServiceService.createUser, () => ({ user: ANNA, invitation: undefined }))
  await json(['user', 'create', ...NEW_ANNA, '--password-stdin'], 'Tulip rain!\n')
  expect(core.requests(UserServiceService.createUser).at(-1)?.password).toBe('Tulip rain!')
})

it('gives a person by name', async () => {
  core.answer(UserServiceService.getUser, () => ({ user: { ...ANNA, phone: '+48 1' } }))
  expect(await json(['user', 'show', 'anna'])).toEqual({ ...ANNA_JSON, phone: '+48 1' })
})

it('gives a link with everything that it can be handed over with', async () => {
  core.answer(EnrollmentAdminServiceService.issueEnrollment, () => ({ invitation: INVITATION }))
  const args = ['enrollment', 'start', 'anna', '--email', 'home@example.com', '--expires-in', '2h']
  expect(await json(args)).toEqual({ ...INVITATION_JSON, mail: null })
  expect(core.requests(EnrollmentAdminServiceService.issueEnrollment)).toEqual([
    {
      username: 'anna',
      options: { send_email: true, email: 'home@example.com', expires_in_seconds: 7200 },
    },
  ])
})

it('gives the list of links with states as words and times as RFC 3339', async () => {
  const started = token(5, {
    state: TokenState.IN_PROGRESS,
    deadline_timestamp: NEW_YEAR + 600,
    mail: 'failed',
    mail_id: 71,
    mail_error: '451 later',
    mail_next_attempt_timestamp: NEW_YEAR + 10,
  })
  core.answer(EnrollmentAdminServiceService.listTokens, () => ({
    tokens: [started, token(4, { kind: TokenKind.DESKTOP_ACTIVATION, issued_by: undefined })],
    next_page_token: '',
  }))
  const args = [
    'enrollment',
    'list',
    '--state',
    'in_progress',
    '--kind',
    'enrollment',
    '--user',
    'x',
  ]
  expect(await json(args)).toEqual([
    {
      id: 5,
      kind: 'enrollment',
      user: 'user5',
      state: 'in_progress',
      issued_by: 'admin',
      issued_at: '2026-01-01T00:00:00Z',
      expires_at: '2026-01-02T00:00:00Z',
      deadline: '2026-01-01T00:10:00Z',
      mail: 'failed',
      mail_id: 71,
      mail_error: '451 later',
      mail_next_attempt_at: '2026-01-01T00:00:10Z',
    },
    expect.objectContaining({
      kind: 'desktop_activation',
      state: 'open',
      issued_by: null,
      deadline: null,
      mail: null,
      mail_id: null,
      mail_error: null,
      mail_next_attempt_at: null,
    }),
  ])
  expect(core.requests(EnrollmentAdminServiceService.listTokens)).toMatchObject([
    { state: TokenState.IN_PROGRESS, kind: TokenKind.ENROLLMENT, username: 'x' },
  ])
})

it('gives the revoked token and names tokens by id, people by name', async () => {
  core.answer(EnrollmentAdminServiceService.revokeToken, () => ({
    token: token(5, { state: TokenState.REVOKED }),
  }))
  expect(await json(['enrollment', 'revoke', '5'])).toMatchObject({ id: 5, state: 'revoked' })
  await json(['enrollment', 'revoke', 'anna'])
  expect(core.requests(EnrollmentAdminServiceService.revokeToken)).toEqual([
    { token: { id: 5, username: undefined } },
    { token: { id: undefined, username: 'anna' } },
  ])
})

it('resends to everybody whose newest link is in the state, and to nobody who has a newer one', async () => {
  core.answer(EnrollmentAdminServiceService.listTokens, () => ({
    tokens: [
      token(9, { user: 'anna' }),
      token(8, { user: 'anna', state: TokenState.EXPIRED }),
      token(7, { user: 'bob', state: TokenState.EXPIRED }),
      token(6, { user: 'bob', state: TokenState.EXPIRED }),
    ],
    next_page_token: '',
  }))
  core.answer(EnrollmentAdminServiceService.resendToken, () => ({ invitation: INVITATION }))
  expect(await json(['enrollment', 'resend', '--state', 'expired'])).toEqual([
    { reference: '7', ...INVITATION_JSON, mail: null },
  ])
  expect(await json(['enrollment', 'resend', 'bob'])).toEqual({ ...INVITATION_JSON, mail: null })
})

it('gives a location that was taken over, and what became of its peers', async () => {
  const peer = { line: 7, pubkey: LAPTOP.pubkey, addresses: ['10.1.1.2'] }
  const mapped = { ...peer, device_id: 3, device: 'Laptop', user: 'anna' }
  const ignored = [{ setting: 'PostUp', line: 4, count: 1 }]
  core.answer(LocationServiceService.importLocation, () => ({
    location: OFFICE,
    mapped: [mapped],
    unmapped: [{ ...peer, reason: UnmappedReason.NOT_ALLOWED }],
    ignored,
    other_devices: 2,
  }))
  const document = {
    ...OFFICE_JSON,
    mapped: [mapped],
    unmapped: [{ ...peer, reason: 'not_allowed' }],
    ignored,
    other_devices: 2,
  }
  const command = ['location', 'import', '-', '--name=Office', '--endpoint=vpn.example.com']
  const file = '[Interface]\nPrivateKey = secret\n'
  expect(await json(command, file)).toEqual(document)
  expect(await json([...command, '--dry-run', '--allowed-group', 'a,b'], file)).toEqual({
    ...document,
    id: null,
  })
  expect(core.requests(LocationServiceService.importLocation)).toMatchObject([
    { config: file, allow_all_groups: true, allowed_groups: [], dry_run: false },
    { config: file, allow_all_groups: false, allowed_groups: ['a', 'b'], dry_run: true },
  ])
})

it('gives locations, open to everybody unless groups are named', async () => {
  core.answer(LocationServiceService.createLocation, () => ({ location: OFFICE }))
  const status = { peers: 2, connected_devices: 1, gateways: [] }
  core.answer(LocationServiceService.getLocation, () => ({ location: OFFICE, status }))
  core.answer(LocationServiceService.listLocations, () => ({
    locations: [OFFICE],
    next_page_token: '',
  }))
  const create = ['location', 'create', '--name', 'Office', '--address', '10.1.1.1/24,fd00::1/64']
  const more = ['--endpoint', 'vpn.example.com', '--port', '51820']
  expect(await json([...create, ...more])).toEqual(OFFICE_JSON)
  await json([...create, ...more, '--allowed-group', 'staff', '--keepalive', '0'])
  expect(await json(['location', 'show', 'Office'])).toEqual({ ...OFFICE_JSON, ...status })
  expect(await json(['location', 'list'])).toEqual([OFFICE_JSON])
  expect(core.requests(LocationServiceService.createLocation)).toMatchObject([
    {
      addresses: ['10.1.1.1/24', 'fd00::1/64'],
      allow_all_groups: true,
      allowed_groups: [],
      keepalive_interval: 25,
    },
    { allow_all_groups: false, allowed_groups: ['staff'], keepalive_interval: 0 },
  ])
})

it('changes exactly what is given of a location, and gives it as it is then', async () => {
  core.answer(LocationServiceService.updateLocation, () => ({ location: OFFICE }))
  core.answer(LocationServiceService.deleteLocation, () => ({ unreached_gateways: ['gw-1'] }))
  const update = ['location', 'update', 'Office']
  const more = ['--address', '10.1.0.1/16, fd00::1/64', '--dns', '', '--keepalive', '0']
  expect(await json([...update, '--name', 'HQ', ...more])).toEqual(OFFICE_JSON)
  await json([...update, '--everyone'])
  await json([...update, '--allowed-group', 'staff', '--allowed-group', 'it'])
  expect(core.requests(LocationServiceService.updateLocation)).toMatchObject([
    {
      name: 'Office',
      update_mask: ['name', 'addresses', 'dns', 'keepalive_interval'],
      location: { name: 'HQ', addresses: ['10.1.0.1/16', 'fd00::1/64'], dns: [] },
    },
    {
      update_mask: ['allow_all_groups', 'allowed_groups'],
      location: { allow_all_groups: true, allowed_groups: [] },
    },
    {
      update_mask: ['allow_all_groups', 'allowed_groups'],
      location: { allow_all_groups: false, allowed_groups: ['staff', 'it'] },
    },
  ])
  expect(await json(['location', 'delete', 'Office', '--yes'])).toEqual({
    ...OFFICE_JSON,
    unreached_gateways: ['gw-1'],
  })
  expect(core.requests(LocationServiceService.deleteLocation)).toEqual([{ name: 'Office' }])
})

it('gives devices and their configurations', async () => {
  core.answer(DeviceServiceService.listDevices, () => ({
    devices: [LAPTOP],
    next_page_token: '',
  }))
  const configs = [{ location: 'Office', config: '[Interface]\nPrivateKey = YOUR_PRIVATE_KEY' }]
  core.answer(DeviceServiceService.getDeviceConfig, () => ({ configs }))
  expect(await json(['device', 'list', '--user', 'anna', '--location', 'Office'])).toEqual([
    {
      id: 3,
      name: 'Anna’s laptop',
      pubkey: LAPTOP.pubkey,
      user: 'anna',
      network_device: false,
      configured: true,
      created_at: '2026-01-01T00:00:00Z',
      locations: LAPTOP.locations,
    },
  ])
  expect(await json(['device', 'config', '3'])).toEqual(configs)
})

it('issues desktop activations and tokens of network devices', async () => {
  const handedOver = { ...INVITATION_JSON, mail: null }
  core.answer(EnrollmentAdminServiceService.issueDesktopActivation, ({ username, options }) => {
    expect([username, options?.email]).toEqual(['anna', 'anna@example.com'])
    return { invitation: INVITATION }
  })
  const mailed = ['desktop', 'start', 'anna', '--email', 'anna@example.com']
  expect(await json(mailed)).toEqual(handedOver)
  const printer = { ...LAPTOP, name: 'printer', network_device: true }
  core.answer(DeviceServiceService.createNetworkDevice, (request) => {
    expect(request.request_id).toMatch(/^[0-9a-f-]{36}$/)
    expect(request.addresses).toEqual(['10.1.1.9', 'fd00::9'])
    return { device: printer, invitation: request.pubkey ? undefined : INVITATION }
  })
  core.answer(DeviceServiceService.issueNetworkDeviceToken, () => ({ invitation: INVITATION }))
  const create = ['device', 'create-network', '--name=printer', '--location=Office']
  const addresses = ['--address', '10.1.1.9,fd00::9']
  const device = expect.objectContaining({ name: 'printer', network_device: true })
  expect(await json([...create, ...addresses])).toEqual({ ...handedOver, device })
  expect(await json([...create, ...addresses, '--pubkey=k'])).toEqual({ device })
  expect(await json(['device', 'network-token', '3'])).toEqual(handedOver)
})

it('gives groups', async () => {
  const staff = { id: 4, name: 'staff', role: 'none', member_count: 0 }
  core.answer(GroupServiceService.createGroup, () => ({ group: staff }))
  core.answer(GroupServiceService.listGroups, () => ({ groups: [staff], next_page_token: '' }))
  expect(await json(['group', 'create', 'staff'])).toEqual(staff)
  expect(await json(['group', 'list'])).toEqual([staff])
})

it('gives a group with its members, and what it is after each change', async () => {
  const staff = { id: 4, name: 'staff', role: 'none', member_count: 1 }
  const members = [{ user_id: 7, username: 'anna' }]
  core.answer(GroupServiceService.getGroup, () => ({ group: staff, locations: ['Office'] }))
  core.answer(GroupServiceService.listGroupMembers, () => ({ members, next_page_token: '' }))
  const changed = { group: staff, revoked_tokens: [] }
  core.answer(GroupServiceService.updateGroup, () => changed)
  core.answer(GroupServiceService.addMember, () => ({ group: staff }))
  core.answer(GroupServiceService.removeMember, () => changed)
  core.answer(GroupServiceService.deleteGroup, () => ({ revoked_tokens: [] }))
  expect(await json(['group', 'show', 'staff'])).toEqual({
    ...staff,
    members: ['anna'],
    locations: ['Office'],
  })
  expect(await json(['group', 'rename', 'staff', 'crew'])).toEqual(staff)
  await json(['group', 'update', 'staff', '--role', 'auditor'])
  expect(core.requests(GroupServiceService.updateGroup)).toMatchObject([
    { name: 'staff', group: { name: 'crew' }, update_mask: ['name'] },
    { name: 'staff', group: { role: 'auditor' }, update_mask: ['role'] },
  ])
  const membership = { group: 'staff', username: 'anna' }
  expect(await json(['group', 'add-member', 'staff', 'anna'])).toEqual(staff)
  expect(await json(['group', 'remove-member', 'staff', 'anna'])).toEqual(staff)
  expect(core.requests(GroupServiceService.addMember)).toEqual([membership])
  expect(core.requests(GroupServiceService.removeMember)).toEqual([membership])
  expect(await json(['group', 'delete', 'staff'])).toEqual(staff)
})

const SETTINGS: Settings = {
  ...Settings.decode(new Uint8Array()),
  instance_name: 'Example Inc.',
  smtp_password_set: true,
}

it('gives settings without any secret', async () => {
  core.answer(SettingsServiceService.getSettings, () => ({ settings: SETTINGS }))
  const settings = await json(['settings', 'get'])
  expect(settings).toMatchObject({ instance_name: 'Example Inc.', logo: null, smtp_port: null })
  expect(settings).toHaveProperty('smtp_password_set', true)
  expect(settings).not.toHaveProperty('smtp_password')
  expect(await json(['settings', 'get', 'instance_name'])).toEqual({
    instance_name: 'Example Inc.',
  })
})

it.each([
  [['only_client_activation', 'true'], '', { only_client_activation: true }],
  [['smtp_port', '2525'], '', { smtp_port: 2525 }],
  [['smtp_server', ''], '', { smtp_server: undefined }],
  [['smtp_password'], 'hush\n', { smtp_password: 'hush' }],
  [['smtp_password', '-'], 'hush', { smtp_password: 'hush' }],
  [['smtp_password', ''], '', { smtp_password: undefined }],
  [
    ['smtp_user', 'mailer', 'smtp_password'],
    'hush',
    { smtp_user: 'mailer', smtp_password: 'hush' },
  ],
  [['smtp_user', '', 'smtp_password', ''], '', { smtp_user: undefined, smtp_password: undefined }],
  [
    ['smtp_ca', '-', 'smtp_timeout_seconds', '30'],
    'PEM\n',
    { smtp_ca: 'PEM', smtp_timeout_seconds: 30 },
  ],
])('changes exactly the settings that are named: %j', async (args, stdin, change) => {
  core.answer(SettingsServiceService.updateSettings, () => ({ settings: SETTINGS }))
  await json(['settings', 'set', ...args], stdin)
  const request = core.requests(SettingsServiceService.updateSettings).at(-1)
  expect(request?.update_mask).toEqual(Object.keys(change))
  expect(request?.settings).toEqual({ ...Settings.decode(new Uint8Array()), ...change })
})

it('tells whose session it is', async () => {
  core.answer(AuthServiceService.whoAmI, () => ({
    user_id: 1,
    username: 'admin',
    name: 'Adam Min',
    role: 'admin',
    expires_timestamp: NEW_YEAR,
    scopes: [],
    second_factors: ['totp'],
    mfa_setup_required: false,
  }))
  expect(await json(['whoami'])).toEqual({
    user_id: 1,
    username: 'admin',
    name: 'Adam Min',
    role: 'admin',
    expires_at: '2026-01-01T00:00:00Z',
    api_token: null,
    scopes: [],
    second_factors: ['totp'],
    mfa_setup_required: false,
  })
})
