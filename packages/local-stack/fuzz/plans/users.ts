import {
  ImportOutcome,
  type ImportUsersRequest,
  UserServiceService as Users,
} from '@defguard/proto/admin/v1/users'
import { type Plan, plan } from '../plan.ts'
import { type Active, type Person, ROLES, type World } from '../world.ts'
import { SOME } from './locations.ts'

const CREATE = 'UserService/CreateUser'
const ACTIVATE = 'EnrollmentService/ActivateUser'

/** One in so many people is made with a password or an invitation at once. */
const ONE_IN = 6

export const userPlans: readonly Plan[] = [
  plan(Users.createUser, 'people', (world) => {
    const username = world.newName('person')
    const email = `${username}@example.com`
    const password = world.rng.int(ONE_IN) === 0 ? world.newPassword() : undefined
    const isInvited = password === undefined && world.rng.int(ONE_IN) === 0
    const options = { send_email: false, email: undefined, expires_in_seconds: 0 }
    return {
      request: {
        request_id: '',
        username,
        email,
        first_name: world.personName(),
        last_name: world.personName(),
        phone: world.rng.pick([undefined, '+48 600100200']),
        language: world.rng.pick([undefined, 'en', 'pl', 'de']),
        groups: world.rng.chance(0.3) ? [SOME] : [],
        password,
        invitation: isInvited ? options : undefined,
      },
      settle({ invitation }) {
        if (password) world.active.put({ username, email, password })
        else if (invitation) {
          world.invited.put({ username, email, token: invitation.token, tokenId: invitation.id })
        } else world.pending.put({ username, email })
      },
    }
  }),

  plan(Users.getUser, 'readPeople', async (world) => {
    const { username } = await anybody(world)
    return { request: { username } }
  }),

  plan(Users.listUsers, 'readPeople', (world) => ({
    request: {
      page: world.page(),
      state: world.rng.int(4),
      search: world.rng.pick(['', 'per', 'Jo']),
    },
  })),

  plan(Users.checkUsername, 'readPeople', (world) => ({
    request: { username: world.rng.pick([world.newName('free'), 'admin', '.odd', '']) },
  })),

  plan(Users.updateUser, 'people', async (world) => {
    const person = await world.take(world.active, ACTIVATE)
    const { username, email } = person
    const back = () => world.active.put(person)
    const phone = world.rng.pick([undefined, '600100200'])
    const [first_name, last_name] = [world.personName(), world.personName()]
    const names = { username, email, first_name, last_name, phone, language: undefined }
    const rest = { id: 0, state: 0, is_active: true, enrolled: false, groups: [] }
    const times = { created_timestamp: 0, activated_timestamp: undefined, invitation: undefined }
    const update_mask = world.rng.pick([['first_name', 'last_name'], ['phone'], ['is_active']])
    const request = { username, user: { ...names, ...rest, ...times }, update_mask }
    return { request, settle: back, back }
  }),

  plan(
    Users.disableUser,
    'people',
    async (world) => {
      const person = await world.take(world.active, ACTIVATE)
      return {
        request: { username: person.username },
        settle: () => world.disabled.put(person),
        back: () => world.active.put(person),
      }
    },
    { forbidden: async (world) => onAdmin(world) },
  ),

  plan(Users.enableUser, 'people', async (world) => {
    const person = await world.take(world.disabled, 'UserService/DisableUser')
    return {
      request: { username: person.username },
      settle: () => world.active.put(person),
      back: () => world.disabled.put(person),
    }
  }),

  plan(
    Users.deleteUser,
    'people',
    async (world) => {
      const pools = [world.disabled, world.active, world.pending]
      const pool = pools.find(({ size }) => size > 20) ?? world.pending
      const { username } = await world.take<Person>(pool as typeof world.pending, CREATE)
      return { request: { username, take_over_tokens: world.rng.chance(0.5) } }
    },
    {
      forbidden: async (world) => ({
        ...onAdmin(world),
        request: { ...onAdmin(world).request, take_over_tokens: false },
      }),
    },
  ),

  plan(
    Users.setPassword,
    'credentials',
    async (world) => {
      const person = await world.take(world.active, ACTIVATE)
      const password = world.newPassword()
      return {
        request: { username: person.username, password },
        settle: () => world.active.put({ ...person, password }),
        back: () => world.active.put(person),
      }
    },
    {
      forbidden: async (world) => {
        const { request, bearer } = onAdmin(world)
        return { request: { ...request, password: world.newPassword() }, bearer }
      },
    },
  ),

  plan(
    Users.resetMfa,
    'credentials',
    async (world) => {
      const { username } = await world.pick(world.active, ACTIVATE)
      return { request: { username } }
    },
    { forbidden: async (world) => onAdmin(world) },
  ),

  plan(Users.importUsers, 'people', (world) => {
    const isDryRun = world.rng.chance(0.3)
    const rows = Array.from({ length: 1 + world.rng.int(3) }, (_, i) => row(world, i + 2))
    const options: ImportUsersRequest = {
      options: { dry_run: isDryRun, invite: world.rng.chance(0.2) },
      row: undefined,
    }
    return {
      request: [options, ...rows.map((each) => ({ options: undefined, row: each }))],
      settle(reply) {
        for (const { line, outcome } of [reply].flat()) {
          const added = rows.find((each) => each.line === line)
          if (added && outcome === ImportOutcome.CREATED && !isDryRun) world.pending.put(added)
        }
      },
    }
  }),
]

function row(world: World, line: number) {
  const username = world.newName('imported')
  return {
    line,
    username,
    email: `${username}@example.com`,
    first_name: world.personName(),
    last_name: world.personName(),
    phone: undefined,
    language: undefined,
    groups: [],
  }
}

async function anybody(world: World): Promise<Person> {
  const pool = world.rng.pick([world.pending, world.active, world.invited] as const)
  const role = world.rng.pick(ROLES)
  return pool.pick() ?? (world.accounts[role][0] as Active)
}

/** What a user admin must not do to somebody who has a role. */
function onAdmin(world: World) {
  const [{ username } = { username: 'admin' }] = world.accounts.admin
  return { request: { username }, bearer: world.sessions.user_admin.pick() ?? '' }
}
