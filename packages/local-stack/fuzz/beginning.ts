import { AuthServiceService as Auth } from '@defguard/proto/admin/v1/auth'
import { GroupServiceService as Groups } from '@defguard/proto/admin/v1/groups'
import { LocationServiceService as Locations } from '@defguard/proto/admin/v1/locations'
import { SettingsServiceService as Settings } from '@defguard/proto/admin/v1/settings'
import { UserServiceService as Users } from '@defguard/proto/admin/v1/users'
import type { MethodDefinition } from '@grpc/grpc-js'
import type { GrpcSender } from './grpc.ts'
import { SESSIONS_PER_ROLE } from './plans/auth.ts'
import { FEW, SHARED_LOCATION, SOME } from './plans/locations.ts'
import { MAILS } from './plans/texts.ts'
import { ADMIN_PASSWORD } from './system.ts'
import { ROLES, type World } from './world.ts'

const PEOPLE_PER_ROLE = 2

/** Gives the world what no call of the run may change: accounts of each role, and a place for devices. */
export async function begin(world: World, grpc: GrpcSender): Promise<void> {
  const metadata = { authorization: '' }
  async function call<Req, Res>(method: MethodDefinition<Req, Res>, request: Req): Promise<Res> {
    const outcome = await grpc.send(method, { messages: [request], metadata })
    if (!outcome.isAccepted) throw new Error(`${method.path}: ${outcome.code} ${outcome.words}`)
    return outcome.reply
  }

  const credentials = { login: 'admin', password: ADMIN_PASSWORD, code: undefined }
  const { session_secret } = await call(Auth.login, credentials)
  world.secrets.add('dga_', session_secret)
  metadata.authorization = `Bearer ${session_secret}`

  const { settings } = await call(Settings.getSettings, {})
  if (!settings) throw new Error('There are no settings.')
  const quiet = Object.fromEntries(MAILS.map((name) => [name, false]))
  const change = { enrollment_resend_cooldown_seconds: 0, ...quiet }
  await call(Settings.updateSettings, {
    settings: { ...settings, ...change },
    update_mask: Object.keys(change),
  })

  for (const name of [FEW, SOME]) {
    await call(Groups.createGroup, { request_id: '', name, role: 'none' })
  }
  for (const role of ROLES) {
    const group = role === 'admin' || role === 'none' ? role : `all-${role}s`
    if (role !== 'admin' && role !== 'none') {
      await call(Groups.createGroup, { request_id: '', name: group, role })
    }
    for (let i = 0; i < PEOPLE_PER_ROLE; i++) {
      const [username, password] = [`${role}-${i}`, world.newPassword()]
      const email = `${username}@example.com`
      await call(Users.createUser, {
        request_id: '',
        username,
        email,
        first_name: 'Kim',
        last_name: 'Doe',
        phone: undefined,
        language: undefined,
        groups: role === 'none' ? [FEW] : [group],
        password,
        invitation: undefined,
      })
      world.accounts[role].push({ username, email, password })
    }
  }

  await call(Locations.createLocation, {
    request_id: '',
    name: SHARED_LOCATION,
    addresses: ['10.0.0.1/12'],
    endpoint: 'vpn.example.com',
    port: 51820,
    dns: [],
    allowed_ips: [],
    allow_all_groups: false,
    allowed_groups: [SOME],
    keepalive_interval: undefined,
  })
  for (let i = 0; i < ROLES.length * SESSIONS_PER_ROLE; i++)
    await world.perform('AuthService/Login')
}
