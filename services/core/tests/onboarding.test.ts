import { Violations } from '@defguard/proto/admin/v1/common'
import { status } from '@grpc/grpc-js'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { refusalOf } from './_clients.js'
import { startTestCore, type TestCore } from './_core.js'
import { refusal } from './_mfa.js'
import { auditOf, NO_TEXTS, onboardingOf, PASSWORD, storeAnyway } from './_onboarding.js'

let core: TestCore
let onboarding: ReturnType<typeof onboardingOf>
beforeAll(async () => {
  core = await startTestCore()
  onboarding = onboardingOf(core)
})
afterAll(() => core.stop())

const REFUSED: [kind: string, text: string, finding: string][] = [
  ['page', 'x\n{{ foo }}', 'page: unknown tag: foo (line 2)'],
  ['page', 'a\r\n\r\n{{ foo }}', 'page: unknown tag: foo (line 3)'],
  ['page', '{{{first_name}}}', 'page: unescaped output not allowed: {{{first_name}}} (line 1)'],
  ['mail', '{{#each x}}{{/each}}', 'mail: block not allowed: each (line 1)'],
  ['mail', '{{> p}}', 'mail: partial not allowed: p (line 1)'],
  ['page', '{{lookup this "constructor"}}', 'page: helper not allowed: lookup (line 1)'],
  ['page', '{{#if (lookup a)}}x{{/if}}', 'page: sub-expression not allowed: lookup (line 1)'],
  ['page', '{{constructor}}', 'page: unknown tag: constructor (line 1)'],
  ['page', '{{__proto__}}', 'page: unknown tag: __proto__ (line 1)'],
  ['page', '{{../first_name}}', 'page: path not allowed: ../first_name (line 1)'],
  ['page', 'a\n{{#if admin_phone}}', 'page: {{#if}} is not closed (line 2)'],
  ['page', '{{ first_name', 'page: not closed: {{ first_name (line 1)'],
  ['page', 'a\n\u0000', 'page: control character not allowed: U+0000 (line 2)'],
  ['page', '{{#if username}}'.repeat(1300), 'page: nested deeper than 5: {{#if}} (line 1)'],
  ['page', 'x'.repeat(1024 * 1024), 'page: longer than 32 KiB'],
  ['page', `{{a ${'b=(c '.repeat(200_000)}}}`, 'page: longer than 32 KiB'],
  ['subject', 'Hi\r\nBcc: x@example.com', 'subject: more than one line (line 2)'],
  ['subject', 'x'.repeat(201), 'subject: longer than 200 characters'],
  ['subject', ' ', 'subject: empty: reset it to have the built-in one'],
  ['subject', '{{foo}}', 'subject: unknown tag: foo (line 1)'],
]

it.each(
  REFUSED.map(([kind, text, finding]) => ({
    kind,
    shown: JSON.stringify(text.slice(0, 30)),
    text,
    finding,
  })),
)(
  'refuses a $kind such as $shown by name and line, and changes nothing',
  async ({ kind, text, finding }) => {
    const before = await onboarding.get('en')
    const refused = { code: status.INVALID_ARGUMENT, reason: 'invalid_template' }
    for (const call of [onboarding.set, onboarding.preview]) {
      const { message, ...rest } = await refusal(call({ [kind]: text }))
      expect(rest).toEqual(refused)
      expect(message.split('; ')).toContain(finding)
    }
    expect(await onboarding.get('en')).toEqual(before)
  },
)

it('names everything that is wrong in all texts at once, and fits it into one reply', async () => {
  const bad = '{{ąęść-żółć}}\n'.repeat(1000)
  const err = await onboarding.set({ page: bad, mail: bad, subject: '{{x}}' }).catch((e) => e)
  expect(refusalOf(err)).toMatchObject({ reason: 'invalid_template' })
  const { violations } = Violations.decode(err.metadata.get('error-violations-bin')[0])
  expect(violations).toHaveLength(43)
  expect(violations[19]).toEqual({ field: 'page', message: 'unknown tag: ąęść-żółć (line 20)' })
  expect(violations[20]).toEqual({ field: 'page', message: 'and 980 more' })
  expect(violations[42]).toEqual({ field: 'subject', message: 'unknown tag: x (line 1)' })
})

it.each([
  [{ language: 'fr' }, 'language: must be one of en, pl, de'],
  [{ reset: ['page', 'footer'] }, 'reset: "footer" is none of page, mail, subject'],
])('refuses %j by its field', async (more, message) => {
  expect(await refusal(onboarding.set({ page: 'x' }, more))).toMatchObject({
    reason: 'invalid_argument',
    message,
  })
})

it('tells what is in force, since when, by whom, and what stands in where nothing is stored', async () => {
  const untouched = await onboarding.get('pl')
  expect(untouched).toMatchObject({
    language: 'pl',
    texts: NO_TEXTS,
    revision: 0,
    send_welcome_email: true,
    use_page_as_mail: true,
  })
  expect(untouched.in_force.map(({ kind, built_in }) => [kind, built_in])).toEqual([
    ['page', true],
    ['mail', true],
    ['subject', true],
  ])
  expect(untouched.in_force[0]?.text).toMatch(/^# Witaj w \{\{instance_name\}\}/)
  const english = await onboarding.set({ page: 'Hello', subject: 'Hi {{first_name}}' })
  const polish = await onboarding.set({ page: '' }, { language: 'pl' })
  const { in_force, texts, revision } = await onboarding.get('pl')
  expect({ texts, revision }).toEqual({
    texts: { ...NO_TEXTS, page: '' },
    revision: polish.revision,
  })
  const [page, mail, subject] = in_force
  expect(page).toEqual({
    kind: 'page',
    text: '',
    built_in: false,
    language: 'pl',
    revision: polish.revision,
    author: 'admin',
    created_timestamp: Math.floor(core.time.now.getTime() / 1000),
    findings: [],
  })
  expect(mail).toMatchObject({ kind: 'mail', built_in: true, language: 'pl' })
  expect(subject).toMatchObject({
    text: 'Hi {{first_name}}',
    built_in: false,
    language: 'en',
    revision: english.revision,
  })
  expect((await onboarding.get()).language).toBe('en')
})

it('tells why a stored text cannot be used, and what stands in for it', async () => {
  const revision = await storeAnyway(core, 'mail', 'a\n{{gone}}', 'de')
  const { texts, in_force } = await onboarding.get('de')
  expect(texts?.mail).toBe('a\n{{gone}}')
  expect(in_force.find(({ kind }) => kind === 'mail')).toMatchObject({
    built_in: true,
    language: 'de',
    revision,
    findings: ['unknown tag: gone (line 2)'],
  })
})

it('makes no revision of what is stored already, so that a repeat changes nothing', async () => {
  const wanted = { page: 'Once', mail: 'Two' }
  const { revision } = await onboarding.set(wanted, { reset: ['subject'] })
  const updates = await auditOf(core, 'onboarding.updated')
  const repeat = await onboarding.set(wanted, { reset: ['subject'], expected_revision: 0 })
  expect(repeat).toEqual({ language: 'en', texts: { ...wanted, subject: undefined }, revision })
  expect(await auditOf(core, 'onboarding.updated')).toEqual(updates)
})

it('lets an auditor look at everything and change nothing', async () => {
  await core.clients.groups.createGroup({ request_id: '', name: 'auditors', role: 'auditor' })
  await core.createUser('audrey', { groups: ['auditors'], password: PASSWORD })
  const auditor = await core.loggedIn('audrey', PASSWORD)
  const { revision } = await onboarding.set({ page: 'For auditors' })
  await onboarding.get('en', auditor)
  await onboarding.preview({ page: 'x' }, {}, auditor)
  await core.clients.onboarding.getOnboardingRevision({ revision }, auditor)
  await core.clients.onboarding.listOnboardingHistory(
    { page: undefined, language: '', kind: '' },
    auditor,
  )
  for (const call of [
    () => onboarding.set({ page: 'Mine' }, {}, auditor),
    () => onboarding.restore(revision, auditor),
  ])
    expect(await refusal(call())).toMatchObject({ reason: 'not_allowed' })
})
