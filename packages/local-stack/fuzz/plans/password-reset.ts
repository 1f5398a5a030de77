import { setTimeout as delay } from 'node:timers/promises'
import { PasswordResetServiceService as Reset } from '@defguard/proto/enrollment/v1/password_reset'
import { valueIn } from '../outcome.ts'
import type { World } from '../world.ts'
import { type Step, step } from './steps.ts'

const ACTIVATE = 'EnrollmentService/ActivateUser'
const REQUEST = 'PasswordResetService/RequestPasswordReset'
const START = 'PasswordResetService/StartPasswordReset'
const MAIL_MS = 300

export const passwordResetSteps: readonly Step[] = [
  step(Reset.requestPasswordReset, 'POST /api/v1/password-reset/request', async (world) => {
    const { email } = await world.pick(world.active, ACTIVATE)
    return { request: { email }, body: { email } }
  }),

  step(Reset.startPasswordReset, 'POST /api/v1/password-reset/start', async (world) => {
    const mailed = await mailedToken(world)
    const { token, email } = mailed
    return {
      request: { token },
      body: { token },
      settle(reply) {
        const session = String(valueIn(reply, 'session_secret'))
        world.resetSessions.put({ session, email })
      },
      back: () => world.resetTokens.put(mailed),
    }
  }),

  step(Reset.resetPassword, 'POST /api/v1/password-reset/reset', async (world) => {
    const started = await world.take(world.resetSessions, START)
    const { session, email } = started
    const password = world.newPassword()
    return {
      request: { session_secret: session, password },
      body: { password },
      session,
      settle() {
        const person = world.active.take((one) => one.email === email)
        if (person) world.active.put({ ...person, password })
      },
      back: () => world.resetSessions.put(started),
    }
  }),
]

/** Out of a mail; asks for more of them in time, since they take a while. */
async function mailedToken(world: World) {
  for (let tries = 0; world.resetTokens.size === 0 && tries < 20; tries++) {
    await world.perform(REQUEST)
    await delay(MAIL_MS)
  }
  return world.take(world.resetTokens, REQUEST)
}
