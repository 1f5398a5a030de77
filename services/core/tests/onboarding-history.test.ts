import { status } from '@grpc/grpc-js'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { refusalOf } from './_clients.js'
import { startTestCore, type TestCore } from './_core.js'
import { whileHolding } from './_database.js'
import { refusal } from './_mfa.js'
import { auditOf, onboardingOf, PASSWORD, storeAnyway } from './_onboarding.js'

const CHANGED = { code: status.ABORTED, reason: 'changed_meanwhile' }

let core: TestCore
let onboarding: ReturnType<typeof onboardingOf>
beforeAll(async () => {
  core = await startTestCore()
  onboarding = onboardingOf(core)
})
afterAll(() => core.stop())

it('remembers who changed which text when, newest first, and what it was', async () => {
  await core.createUser('berta', { groups: ['admin'], password: PASSWORD })
  await onboarding.set({ page: 'One', subject: 'Hi' })
  core.advance(60_000)
  await onboarding.set({ page: '' }, {}, await core.loggedIn('berta', PASSWORD))
  await onboarding.set({ page: 'Eins' }, { language: 'de' })
  await onboarding.set({}, { reset: ['page'] })
  const { revisions } = await onboarding.history()
  expect(
    revisions.map(({ language, kind, text, author }) => [language, kind, text, author]),
  ).toEqual([
    ['en', 'page', undefined, 'admin'],
    ['de', 'page', 'Eins', 'admin'],
    ['en', 'page', '', 'berta'],
    ['en', 'subject', 'Hi', 'admin'],
    ['en', 'page', 'One', 'admin'],
  ])
  const now = Math.floor(core.time.now.getTime() / 1000)
  expect(revisions.map(({ created_timestamp }) => created_timestamp - now)).toEqual([
    0, 0, 0, -60, -60,
  ])
  for (const one of revisions) {
    const { revision } = one
    const reply = await core.clients.onboarding.getOnboardingRevision({ revision })
    expect(reply).toEqual({ revision: one })
  }
})

it('gives the history in pages, and only what is asked for', async () => {
  const { revisions: all } = await onboarding.history()
  const paged = []
  let token = ''
  do {
    const page = await onboarding.history({}, 2, token)
    expect(page.revisions.length).toBeLessThanOrEqual(2)
    paged.push(...page.revisions)
    token = page.next_page_token
  } while (token !== '')
  expect(paged).toEqual(all)
  const only = async (filter: { language?: string; kind?: string }) =>
    (await onboarding.history(filter)).revisions.length
  expect(await only({ language: 'de' })).toBe(1)
  expect(await only({ kind: 'subject' })).toBe(1)
  expect(await only({ language: 'en', kind: 'page' })).toBe(3)
  expect(await refusal(onboarding.history({ language: 'fr' }))).toMatchObject({
    message: 'language: must be one of en, pl, de',
  })
  expect(await refusal(onboarding.history({ kind: 'footer' }))).toMatchObject({
    message: 'kind: "footer" is none of page, mail, subject',
  })
})

it('gives a hundred of the longest texts in one reply, and not more', async () => {
  const crowded = await startTestCore()
  for (let n = 0; n < 101; n++) await storeAnyway(crowded, 'page', `${n} `.padEnd(32 * 1024, 'x'))
  const first = await onboardingOf(crowded).history({}, 500)
  expect(first.revisions).toHaveLength(100)
  const second = await onboardingOf(crowded).history({}, 500, first.next_page_token)
  expect(second.revisions).toHaveLength(1)
  expect(second.next_page_token).toBe('')
  await crowded.stop()
})

it('puts an earlier text into force again, once however often it is asked to', async () => {
  const { revision: old } = await onboarding.set({ mail: 'Good old days' })
  await onboarding.set({ mail: 'Worse' })
  const { revision: restored } = await onboarding.restore(old)
  expect(restored).toMatchObject({ kind: 'mail', language: 'en', text: 'Good old days' })
  expect(restored?.revision).toBeGreaterThan(old + 1)
  expect((await onboarding.get('en')).texts?.mail).toBe('Good old days')
  expect(await onboarding.restore(old)).toEqual({ revision: restored })
  const updates = await auditOf(core, 'onboarding.updated')
  expect(updates.at(-1)).toEqual({
    actor_name: 'admin',
    details: { language: 'en', kinds: ['mail'], restored: old },
  })
})

it('goes back to the built-in text, and to none, as to any other', async () => {
  const { revision: none } = await onboarding.set({ page: '' }, { language: 'pl' })
  const { revision: builtIn } = await onboarding.set({}, { language: 'pl', reset: ['page'] })
  await onboarding.set({ page: 'Nowe' }, { language: 'pl' })
  await onboarding.restore(builtIn)
  expect((await onboarding.get('pl')).texts?.page).toBeUndefined()
  await onboarding.restore(none)
  expect((await onboarding.get('pl')).texts?.page).toBe('')
})

it('does not restore what was never there, or would not be accepted today', async () => {
  expect(await refusal(onboarding.restore(999_999))).toMatchObject({
    code: status.NOT_FOUND,
    message: 'there is no revision 999999',
  })
  const broken = await storeAnyway(core, 'subject', '{{gone}}', 'de')
  await onboarding.set({ subject: 'Hallo' }, { language: 'de' })
  expect(await refusal(onboarding.restore(broken))).toMatchObject({
    reason: 'invalid_template',
    message: 'subject: unknown tag: gone (line 1)',
  })
  expect((await onboarding.get('de')).texts?.subject).toBe('Hallo')
})

it('replaces no text that its admin has not seen', async () => {
  const { revision: seen } = await onboarding.get('en')
  await onboarding.set({ page: 'By somebody else' })
  const mine = onboarding.set({ page: 'By me' }, { expected_revision: seen })
  expect(await refusal(mine)).toMatchObject(CHANGED)
  expect((await onboarding.get('en')).texts?.page).toBe('By somebody else')
})

it('takes a change of another text, or in another language, for no conflict', async () => {
  const { revision: seen } = await onboarding.get('en')
  await onboarding.set({ page: 'Not the subject' })
  await onboarding.set({ subject: 'Cześć' }, { language: 'pl' })
  const reply = await onboarding.set({ subject: 'Mine' }, { expected_revision: seen })
  expect(reply.texts?.subject).toBe('Mine')
})

it('lets one of two simultaneous edits win and tells the other', async () => {
  const { revision: seen } = await onboarding.get('de')
  const outcomes = await whileHolding(
    core.databaseUrl,
    'lock table onboarding_text in share mode',
    2,
    () =>
      Promise.allSettled(
        ['Anna', 'Berta'].map((name) =>
          onboarding.set({ page: `By ${name}` }, { language: 'de', expected_revision: seen }),
        ),
      ),
  )
  const won = outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  const lost = outcomes.flatMap((one) => (one.status === 'rejected' ? [refusalOf(one.reason)] : []))
  expect(won).toHaveLength(1)
  expect(lost).toMatchObject([CHANGED])
  expect((await onboarding.get('de')).texts?.page).toBe(won[0]?.texts?.page)
})
