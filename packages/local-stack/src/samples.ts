import { randomUUID } from 'node:crypto'
import {
  EnrollmentAdminServiceService as Enrollments,
  type Invitation,
  TokenState,
} from '@defguard/proto/admin/v1/enrollments'
import {
  type Location,
  LocationServiceService as Locations,
} from '@defguard/proto/admin/v1/locations'
import { type User, UserState, UserServiceService as Users } from '@defguard/proto/admin/v1/users'
import { type ServiceError, status } from '@grpc/grpc-js'
import type { CoreApi } from './core-api.js'
import type { OwnDatabase } from './own-database.js'

/** The sample person's invitation; its clear link can be had only once, so it is kept here. */
export interface SampleInvitation {
  /** Which of the sample people, from 1. */
  readonly number: number
  readonly person: string
  readonly tokenId: number
  readonly link: string
}

/** Where the sample location is, unless a gateway of the stack serves it. */
export const SAMPLE_ENDPOINT = 'vpn.example.com'

/** What somebody can try at once. */
export interface Samples {
  /** First and last name. */
  readonly person: string
  readonly location: Location
  /** Opens the enrollment page with the person's token. Secret. */
  readonly link: string
}

/** Makes what is missing of one location and one person with a good invitation. */
export async function ensureSamples(
  core: CoreApi,
  database: OwnDatabase,
  proxyUrl: string,
): Promise<Samples> {
  const location = await ensureLocation(core)
  const invitation = await ensureInvitation(core, database.read().invitation)
  database.save({ invitation })
  const { pathname, search, hash } = new URL(invitation.link)
  // The proxy may have moved to another port since.
  const link = `${proxyUrl}${pathname}${search}${hash}`
  return { person: invitation.person, location, link }
}

/** Returns the first location, whoever made it. */
async function ensureLocation(core: CoreApi): Promise<Location> {
  const { locations } = await core.call(Locations.listLocations, {
    page: { page_size: 1, page_token: '' },
  })
  const [first] = locations
  if (first) return first
  const { location } = await core.call(Locations.createLocation, {
    request_id: randomUUID(),
    name: 'Sample office',
    addresses: ['10.66.0.1/24', 'fd66:6465:6667::1/64'],
    endpoint: SAMPLE_ENDPOINT,
    port: 51820,
    dns: ['10.66.0.1'],
    allowed_ips: [],
    allow_all_groups: true,
    allowed_groups: [],
  })
  if (!location) throw new Error('Core answered without the location.')
  return location
}

/**
 * A link that somebody can enroll with: the one from before while it is good, else a new one for the
 * same person, or for the next one when they have an account already.
 */
async function ensureInvitation(
  core: CoreApi,
  before: SampleInvitation | undefined,
): Promise<SampleInvitation> {
  for (let number = before?.number ?? 1; ; number++) {
    const user = (await findUser(core, usernameOf(number))) ?? (await createUser(core, number))
    if (user.state !== UserState.PENDING) continue
    if (before?.number === number && (await isUsable(core, user, before))) return before
    const invitation = await issue(core, user.username)
    const person = `${user.first_name} ${user.last_name}`
    return { number, person, tokenId: invitation.id, link: invitation.url }
  }
}

/** By mail, which shows in the mail catcher; by hand when a link was mailed a moment ago. */
async function issue(core: CoreApi, username: string): Promise<Invitation> {
  const by = async (sendEmail: boolean) => {
    const options = { send_email: sendEmail, expires_in_seconds: 0 }
    return (await core.call(Enrollments.issueEnrollment, { username, options })).invitation
  }
  const invitation = await by(true).catch((err: ServiceError) => {
    if (err.code === status.RESOURCE_EXHAUSTED) return by(false)
    throw err
  })
  if (!invitation) throw new Error('Core answered without the invitation.')
  return invitation
}

async function isUsable(
  core: CoreApi,
  user: User,
  { tokenId }: SampleInvitation,
): Promise<boolean> {
  const { tokens } = await core.call(Enrollments.listTokens, {
    page: { page_size: 1, page_token: '' },
    state: TokenState.UNSPECIFIED,
    kind: 0,
    username: user.username,
  })
  const [newest] = tokens
  const isLive = newest?.state === TokenState.OPEN || newest?.state === TokenState.IN_PROGRESS
  return isLive && newest.id === tokenId
}

async function findUser(core: CoreApi, username: string): Promise<User | undefined> {
  try {
    return (await core.call(Users.getUser, { username })).user
  } catch (err) {
    if ((err as ServiceError).code === status.NOT_FOUND) return undefined
    throw err
  }
}

async function createUser(core: CoreApi, number: number): Promise<User> {
  const username = usernameOf(number)
  const { user } = await core.call(Users.createUser, {
    request_id: randomUUID(),
    username,
    email: `${username}@example.com`,
    first_name: 'Jane',
    last_name: 'Doe',
    groups: [],
  })
  if (!user) throw new Error('Core answered without the person.')
  return user
}

function usernameOf(number: number): string {
  return number === 1 ? 'jane' : `jane${number}`
}
