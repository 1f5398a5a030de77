import { OnboardingServiceService } from '@defguard/proto/admin/v1/onboarding'
import { status } from '@grpc/grpc-js'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { admin, run } from './_cli.js'
import { refusal, TestCore } from './_core.js'
import { NEW_YEAR, ONBOARDING, PREVIEW } from './_samples.js'

const NEW_YEAR_TEXT = '2026-01-01T00:00:00Z'

let core: TestCore
beforeAll(async () => {
  core = await new TestCore().start()
  core.answer(OnboardingServiceService.getOnboarding, () => ONBOARDING)
  core.answer(OnboardingServiceService.previewOnboarding, () => ({
    ...PREVIEW,
    warnings: [{ kind: 'page', message: 'HTML is shown as text: <b>' }],
  }))
  core.answer(OnboardingServiceService.getOnboardingRevision, ({ revision }) => {
    const found = REVISIONS.find((one) => one.revision === revision)
    if (!found) throw refusal(status.NOT_FOUND, 'there is no revision 99', 'not_found')
    return { revision: found }
  })
})
afterAll(() => core.stop())

async function json(args: string[], stdin?: string): Promise<unknown> {
  const { code, stdout, stderr } = await run(['onboarding', ...args, '--json'], admin(core), stdin)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return JSON.parse(stdout)
}

const revision = (number: number, kind: string, text: string | undefined) => ({
  revision: number,
  kind,
  language: 'en',
  text,
  author: 'admin',
  created_timestamp: NEW_YEAR,
})
const REVISIONS = [
  revision(9, 'subject', undefined),
  revision(8, 'page', ''),
  revision(7, 'page', '\n# Hello\n\nall of you\n'),
]

it('takes texts from files and standard input and tells built-in from none', async () => {
  core.answer(OnboardingServiceService.setOnboarding, ({ texts }) => ({
    language: 'en',
    texts,
    revision: 3,
  }))
  const page = 'Hello {{ first_name }} – cześć\n'
  expect(await json(['set', '--page', '-', '--subject', ''], page)).toEqual({
    language: 'en',
    page,
    mail: null,
    subject: '',
    revision: 3,
  })
  const [request] = core.requests(OnboardingServiceService.setOnboarding)
  expect(request?.expected_revision).toBeUndefined()
})

it('tells what is stored, what is in force, and whether it is mailed', async () => {
  expect(await json(['show'])).toEqual({
    language: 'en',
    page: 'Hello {{first_name}}',
    mail: null,
    subject: null,
    revision: 12,
    enrollment_send_welcome_email: true,
    enrollment_use_welcome_message_as_email: true,
    in_force: {
      page: {
        text: 'Hello {{first_name}}',
        language: 'en',
        built_in: false,
        revision: 12,
        author: 'admin',
        created_at: NEW_YEAR_TEXT,
        findings: [],
      },
      mail: expect.objectContaining({ built_in: true, revision: null, created_at: null }),
      subject: expect.objectContaining({ text: 'Welcome to {{instance_name}}', built_in: true }),
    },
  })
})

it('shows where each text comes from', async () => {
  const [page, mail, subject] = ONBOARDING.in_force
  core.answer(OnboardingServiceService.getOnboarding, () => ({
    ...ONBOARDING,
    language: 'pl',
    in_force: [
      { ...page, language: 'en' },
      {
        ...mail,
        revision: 4,
        author: 'admin',
        created_timestamp: NEW_YEAR,
        findings: ['bad (line 1)'],
      },
      subject,
    ] as typeof ONBOARDING.in_force,
  }))
  const { stdout } = await run(['onboarding', 'show', '--language', 'pl'], admin(core))
  const by = 'by admin, 2026-01-01 00:00 UTC'
  expect(stdout.split('\n').filter((line) => /^(──|\w+( mail)?:)/.test(line))).toEqual([
    'Language: pl',
    'Welcome mail: sent, with the page',
    `── Page (nothing is stored for pl: revision 12 ${by}, for en) ──`,
    `── Mail (built in, for revision 4 ${by} cannot be used: bad (line 1), not used) ──`,
    '── Subject of the mail (built in) ──',
  ])
})

it('prints what a new person would see, and what to look at', async () => {
  const { stdout } = await run(['onboarding', 'preview'], admin(core))
  expect(stdout).toBe(
    '── Page ──\nHello\n\n── Subject of the mail ──\nWelcome\n\n── Mail ──\nHi\n\n' +
      '── Please look at this ──\n- page: HTML is shown as text: <b>\n',
  )
})

it('previews for the people who are named, and gives every form of it', async () => {
  expect(await json(['preview', '--user', 'anna', '--admin', 'berta', '--language', 'pl'])).toEqual(
    {
      ...PREVIEW,
      warnings: [{ kind: 'page', message: 'HTML is shown as text: <b>' }],
    },
  )
  expect(core.requests(OnboardingServiceService.previewOnboarding).at(-1)).toMatchObject({
    username: 'anna',
    admin_username: 'berta',
    language: 'pl',
  })
})

it('lists the history, and tells built-in from none there, too', async () => {
  core.answer(OnboardingServiceService.listOnboardingHistory, ({ page }) =>
    page?.page_token
      ? { revisions: REVISIONS.slice(2), next_page_token: '' }
      : { revisions: REVISIONS.slice(0, 2), next_page_token: 'more' },
  )
  const list = await json(['history', '--kind', 'page', '--language', 'en'])
  expect(list).toEqual(
    REVISIONS.map(({ created_timestamp: _, text, ...rest }) => ({
      ...rest,
      text: text ?? null,
      created_at: NEW_YEAR_TEXT,
    })),
  )
  expect(core.requests(OnboardingServiceService.listOnboardingHistory)[0]).toMatchObject({
    kind: 'page',
    language: 'en',
  })
  const { stdout } = await run(['onboarding', 'history'], admin(core))
  const texts = stdout.split('\n').map((line) => line.split(/ {2,}/).at(-1))
  expect(texts).toEqual(['TEXT', 'built in', 'none', '# Hello', ''])
})

it('prints the text of a revision as it is', async () => {
  const { stdout } = await run(['onboarding', 'history', '--show', '7'], admin(core))
  expect(stdout).toBe('\n# Hello\n\nall of you\n')
  const none = await run(['onboarding', 'history', '--show', '8'], admin(core))
  expect(none).toEqual({ code: 0, stdout: '', stderr: 'This revision has no text: none.\n' })
  expect(await run(['onboarding', 'history', '--show', '99'], admin(core))).toMatchObject({
    code: 4,
    stderr: 'error: there is no revision 99\n',
  })
})

it('restores a revision and tells which one holds its text now', async () => {
  core.answer(OnboardingServiceService.restoreOnboarding, ({ revision: number }) => ({
    revision: revision(number + 10, 'page', 'Hello'),
  }))
  expect(await json(['restore', '7'])).toEqual({
    revision: 17,
    kind: 'page',
    language: 'en',
    text: 'Hello',
    author: 'admin',
    created_at: NEW_YEAR_TEXT,
  })
  expect((await run(['onboarding', 'restore', 'seven'], admin(core))).code).toBe(2)
})
