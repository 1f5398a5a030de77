import { AuthServiceService as Auth } from '@defguard/proto/admin/v1/auth'
import { type Plan, plan } from '../plan.ts'
import { type Active, type Device, type LoggedIn, ROLES, type World } from '../world.ts'

/** The first so many sessions of each role are for calls, further ones to be ended. */
export const SESSIONS_PER_ROLE = 6

const person = (world: World) => world.take(world.loggedIn, 'AuthService/Login')

export const authPlans: readonly Plan[] = [
  plan(Auth.login, 'anybody', async (world) => {
    const role = ROLES.find((each) => world.sessions[each].size < SESSIONS_PER_ROLE)
    const account: Active = role
      ? world.rng.pick(world.accounts[role])
      : await world.take(world.active, 'EnrollmentService/ActivateUser')
    const { username: login, password } = account
    return {
      request: { login, password, code: undefined },
      settle({ session_secret: session }) {
        if (role) world.sessions[role].put(session)
        else world.loggedIn.put({ ...account, session })
      },
      back: () => role ?? world.active.put(account),
    }
  }),

  plan(Auth.logout, 'anyone', async (world) => ending(world, await person(world))),

  plan(Auth.logoutEverywhere, 'anyone', async (world) => ending(world, await person(world))),

  plan(Auth.whoAmI, 'whoever', () => ({ request: {} })),

  plan(Auth.changePassword, 'anyone', async (world) => {
    const self = await person(world)
    const password = world.newPassword()
    return {
      request: { old_password: self.password, new_password: password },
      bearer: self.session,
      settle: () => world.loggedIn.put({ ...self, password }),
      back: () => world.loggedIn.put(self),
    }
  }),

  plan(Auth.listOwnDevices, 'anyone', (world) => ({ request: { page: world.page() } })),

  plan(
    Auth.removeOwnDevice,
    'anyone',
    async (world) => {
      const self = await person(world)
      world.devicesFor.push(self.username)
      const isOwn = ({ owner }: Device) => owner === self.username
      const { id } = await world.take(world.devices, 'DeviceService/AddDevice', isOwn)
      const back = () => world.loggedIn.put(self)
      return { request: { id }, bearer: self.session, settle: back, back }
    },
    {
      // A device of somebody else.
      forbidden: async (world) => {
        const { id } = await world.pick(world.devices, 'DeviceService/AddDevice')
        const bearer = await world.pick(world.sessions.none, 'AuthService/Login')
        return { request: { id }, bearer }
      },
    },
  ),

  plan(Auth.issueOwnDesktopActivation, 'anyone', async (world) => {
    const self = await person(world)
    const back = () => world.loggedIn.put(self)
    const request = { expires_in_seconds: world.rng.pick([0, 3600]) }
    return { request, bearer: self.session, settle: back, back }
  }),
]

/** A call after which the session is over. */
function ending(world: World, { session, ...account }: LoggedIn) {
  return {
    request: {},
    bearer: session,
    settle() {
      world.ended.put(session)
      world.active.put(account)
    },
    back: () => world.loggedIn.put({ session, ...account }),
  }
}
