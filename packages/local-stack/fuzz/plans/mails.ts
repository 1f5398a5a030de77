import { type Mail, MailState, MailServiceService as Mails } from '@defguard/proto/admin/v1/mail'
import { type Plan, plan } from '../plan.ts'
import type { World } from '../world.ts'

const LIST = 'MailService/ListMails'

export const mailPlans: readonly Plan[] = [
  plan(Mails.listMails, 'read', (world) => {
    // The states in turn that the other plans are in want of.
    const state = world.waitingMails.size < 10 ? MailState.FAILED : world.rng.int(7)
    return {
      request: { page: world.page(), state, kind: '', recipient: '', token_id: 0 },
      settle: ({ mails }) => remember(world, mails),
    }
  }),

  plan(Mails.getMail, 'read', async (world) => ({
    request: { id: await world.pick(world.mails, LIST) },
  })),

  plan(Mails.retryMail, 'write', async (world) => {
    const id = await waiting(world)
    const back = () => world.waitingMails.put(id)
    return { request: { id }, settle: back, back }
  }),

  plan(Mails.retryMails, 'write', (world) => ({
    request: {
      state: world.rng.pick([MailState.FAILED, MailState.GIVEN_UP]),
      kind: world.rng.pick(['', 'enrollment_invitation']),
      recipient: `later-nobody-${world.rng.letters(3)}@example.com`,
    },
  })),

  plan(Mails.cancelMail, 'write', async (world) => {
    const isAgain = world.cancelledMails.size > 20 && world.rng.chance(0.7)
    const id = isAgain ? await world.pick(world.cancelledMails, LIST) : await waiting(world)
    return { request: { id }, settle: () => world.cancelledMails.put(id) }
  }),

  plan(Mails.sendTestMail, 'write', (world) => ({
    request: { address: `${world.newName('test')}@example.com` },
  })),
]

function remember(world: World, mails: readonly Mail[]): void {
  for (const { id, state, has_contents } of mails) {
    world.mails.put(id)
    if (state === MailState.FAILED && has_contents && world.waitingMails.size < 60) {
      world.waitingMails.put(id)
    }
  }
}

/** A mail that its recipient's server does not take yet; there are such after some invitations. */
async function waiting(world: World): Promise<number> {
  for (let tries = 0; world.waitingMails.size === 0 && tries < 20; tries++) {
    await world.perform('EnrollmentAdminService/IssueEnrollment')
    await world.perform(LIST)
  }
  return world.take(world.waitingMails, LIST)
}
