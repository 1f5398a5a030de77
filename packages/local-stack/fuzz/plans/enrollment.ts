import {
  EnrollmentServiceService as Enrollment,
  MfaMethod,
} from '@defguard/proto/enrollment/v1/enrollment'
import { totpAt } from '../../../../services/enrollment-proxy/tests/clients/_totp.ts'
import { valueIn } from '../outcome.ts'
import type { Enrolling, World } from '../world.ts'
import { type Step, step } from './steps.ts'

const ISSUE = 'EnrollmentAdminService/IssueEnrollment'
const START = 'EnrollmentService/StartEnrollment'
const CREATE_DEVICE = 'EnrollmentService/CreateDevice'
const MFA_START = 'EnrollmentService/StartMfaSetup'

const DEVICES_PER_TOKEN = 5
const NOTES_PER_TOKEN = 3

const TOTP = { method: MfaMethod.TOTP }
const TOTP_BODY = { method: 'Totp' }

/** Somebody in the ten minutes; none of what is done with them ends that, but activation. */
async function enrolling(world: World, maker = START, fits?: (one: Enrolling) => boolean) {
  const one = await world.take(world.enrolling, maker, fits)
  const back = () => world.enrolling.put(one)
  const { session } = one
  return { one, session, session_secret: session, back }
}

export const enrollmentSteps: readonly Step[] = [
  step(Enrollment.startEnrollment, 'POST /api/v1/enrollment/start', async (world) => {
    const invited = await world.take(world.invited, ISSUE)
    const { token } = invited
    return {
      request: { token },
      body: { token },
      settle(reply) {
        const session = String(valueIn(reply, 'session_secret'))
        world.enrolling.put({ ...invited, session, pubkeys: [], notes: 0 })
      },
      back: () => world.invited.put(invited),
    }
  }),

  step(Enrollment.getSession, 'GET /api/v1/enrollment/session', async (world) => {
    const { session, session_secret, back } = await enrolling(world)
    return { request: { session_secret }, session, settle: back, back }
  }),

  step(Enrollment.createDevice, 'POST /api/v1/enrollment/create_device', async (world) => {
    const hasRoom = ({ pubkeys }: Enrolling) => pubkeys.length < DEVICES_PER_TOKEN
    const { one, session, session_secret, back } = await enrolling(world, START, hasRoom)
    const device = { name: world.newName('phone'), pubkey: world.newPublicKey() }
    return {
      request: { session_secret, ...device },
      body: device,
      session,
      settle(reply) {
        one.pubkeys.push(device.pubkey)
        world.polling.put(String(valueIn(reply, 'token')))
        back()
      },
      back,
    }
  }),

  step(
    Enrollment.getNetworkInfo,
    'POST /api/v1/enrollment/network_info',
    async (world) => {
      const { one, session, session_secret, back } = await withDevice(world)
      const pubkey = one.pubkeys[0] ?? ''
      return { request: { session_secret, pubkey }, body: { pubkey }, session, settle: back, back }
    },
    {
      forbidden: async (world) => {
        const { session_secret, pubkey } = await withOthersDevice(world)
        return { request: { session_secret, pubkey } }
      },
    },
  ),

  step(
    Enrollment.registerMobileAuth,
    'POST /api/v1/enrollment/register_mobile',
    async (world) => {
      const { one, session, session_secret, back } = await withDevice(world)
      const [auth, device] = [world.newPublicKey(), one.pubkeys[0] ?? '']
      return {
        request: { session_secret, auth_pubkey: auth, device_pubkey: device },
        body: { auth_pub_key: auth, device_pub_key: device },
        session,
        settle: back,
        back,
      }
    },
    {
      forbidden: async (world) => {
        const { session_secret, pubkey } = await withOthersDevice(world)
        const auth_pubkey = world.newPublicKey()
        return { request: { session_secret, auth_pubkey, device_pubkey: pubkey } }
      },
    },
  ),

  step(
    Enrollment.startMfaSetup,
    'POST /api/v1/enrollment/register-mfa/code/start',
    async (world) => {
      // The first of somebody rather than another one.
      const isFresh = ({ totpSecret }: Enrolling) => !totpSecret
      const fits = world.rng.chance(0.8) ? isFresh : undefined
      const { one, session, session_secret, back } = await enrolling(world, START, fits)
      return {
        request: { session_secret, ...TOTP },
        body: TOTP_BODY,
        session,
        settle(reply) {
          if (!one.hasFactor) one.totpSecret = String(valueIn(reply, 'totp_secret'))
          back()
        },
        back,
      }
    },
    { repeats: ['TOTP secret'] },
  ),

  step(
    Enrollment.finishMfaSetup,
    'POST /api/v1/enrollment/register-mfa/code/finish',
    async (world) => {
      const isBegun = ({ totpSecret, hasFactor }: Enrolling) => !!totpSecret && !hasFactor
      const { one, session, session_secret, back } = await enrolling(world, MFA_START, isBegun)
      const code = totpAt(one.totpSecret ?? '', world.clock())
      return {
        request: { session_secret, code, ...TOTP },
        body: { code, ...TOTP_BODY },
        session,
        settle() {
          one.hasFactor = true
          back()
        },
        back,
      }
    },
  ),

  step(Enrollment.activateUser, 'POST /api/v1/enrollment/activate_user', async (world) => {
    const { one, session, session_secret, back } = await enrolling(world)
    const password = world.newPassword()
    return {
      request: { session_secret, password, phone_number: undefined },
      body: { password, phone_number: null },
      session,
      settle() {
        // Whoever has a second factor, finished or only begun, is of no use to log in with.
        if (!one.totpSecret) world.active.put({ ...one, password })
      },
      back,
    }
  }),

  step(Enrollment.getInstanceInfo, 'POST /api/v1/poll', async (world) => {
    const token = await world.pick(world.polling, CREATE_DEVICE)
    return { request: { polling_token: token }, body: { token } }
  }),

  step(Enrollment.reportMistake, 'POST /api/v1/enrollment/note', async (world) => {
    const hasLeft = ({ notes }: Enrolling) => notes < NOTES_PER_TOKEN
    const { one, session, session_secret, back } = await enrolling(world, START, hasLeft)
    const text = `I am called ${world.personName()}\n<script>${world.rng.letters(5)}</script>`
    return {
      request: { session_secret, text },
      body: { text },
      session,
      settle() {
        one.notes++
        back()
      },
      back,
    }
  }),

  step(Enrollment.requestNewLink, 'POST /api/v1/enrollment/request_link', async (world) => {
    const { token } = await world.pick(world.invited, ISSUE)
    return { request: { token }, body: { token } }
  }),

  step(Enrollment.getInstance, 'GET /api/v1/instance', () => ({ request: {} })),
]

const withDevice = (world: World) =>
  enrolling(world, CREATE_DEVICE, ({ pubkeys }) => pubkeys.length > 0)

/** Somebody's session, and a device that is not theirs. */
async function withOthersDevice(world: World) {
  const other = await world.pick(
    world.enrolling,
    CREATE_DEVICE,
    ({ pubkeys }) => pubkeys.length > 0,
  )
  const [pubkey = ''] = other.pubkeys
  const isAnother = ({ username }: Enrolling) => username !== other.username
  const { session } = await world.pick(world.enrolling, START, isAnother)
  return { session_secret: session, pubkey }
}
