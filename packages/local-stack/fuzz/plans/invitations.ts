import { EnrollmentAdminServiceService as Invitations } from '@defguard/proto/admin/v1/enrollments'
import { type Plan, plan } from '../plan.ts'
import type { Invited, World } from '../world.ts'

const CREATE = 'UserService/CreateUser'
const ACTIVATE = 'EnrollmentService/ActivateUser'
const ISSUE = 'EnrollmentAdminService/IssueEnrollment'

const byHand = { send_email: false, email: undefined, expires_in_seconds: 0 }

export const invitationPlans: readonly Plan[] = [
  plan(Invitations.issueEnrollment, 'people', async (world) => {
    const person = await world.take(world.pending, CREATE)
    const { username } = person
    // Some mails are for somebody whose server is taking none.
    const isLater = world.waitingMails.size < 10 && world.rng.chance(0.5)
    const address = isLater ? `later-${person.email}` : undefined
    const isMailed = isLater || world.rng.chance(0.2)
    return {
      request: {
        username,
        options: isMailed ? { send_email: true, email: address, expires_in_seconds: 0 } : byHand,
      },
      settle({ invitation }) {
        if (!invitation || isLater) return
        world.invited.put({ ...person, token: invitation.token, tokenId: invitation.id })
      },
      back: () => world.pending.put(person),
    }
  }),

  plan(Invitations.issueDesktopActivation, 'people', async (world) => {
    const { username } = await world.pick(world.active, ACTIVATE)
    return { request: { username, options: byHand } }
  }),

  plan(Invitations.listTokens, 'readPeople', (world) => ({
    request: { page: world.page(), state: world.rng.int(7), kind: world.rng.int(4), username: '' },
  })),

  plan(Invitations.revokeToken, 'people', async (world) => {
    const invited = await world.take(world.invited, ISSUE)
    const { username, email } = invited
    return {
      request: { token: referenceTo(world, invited) },
      settle: () => world.pending.put({ username, email }),
      back: () => world.invited.put(invited),
    }
  }),

  plan(Invitations.resendToken, 'people', async (world) => {
    const invited = await world.take(world.invited, ISSUE)
    return {
      request: { token: referenceTo(world, invited) },
      settle({ invitation }) {
        if (invitation) {
          world.invited.put({ ...invited, token: invitation.token, tokenId: invitation.id })
        }
      },
      back: () => world.invited.put(invited),
    }
  }),

  plan(
    Invitations.watchEnrollments,
    'readPeople',
    (world) => ({
      request: { cursor: world.cursors.pick() ?? '' },
      settle: (reply) => world.cursors.put([reply].flat()[0]?.cursor ?? ''),
    }),
    { isFirstEnough: true },
  ),
]

function referenceTo(world: World, { username, tokenId }: Invited) {
  return world.rng.chance(0.5) ? { id: tokenId, username: undefined } : { id: undefined, username }
}
