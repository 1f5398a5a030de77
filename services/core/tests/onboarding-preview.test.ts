import { Settings } from '@defguard/proto/admin/v1/settings'
import { status } from '@grpc/grpc-js'
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals'
import { startTestCore, type TestCore } from './_core.js'
import { refusal } from './_mfa.js'
import { onboardingOf, PASSWORD, storeAnyway } from './_onboarding.js'

const KINDS = ['page', 'mail', 'subject']

let core: TestCore
let onboarding: ReturnType<typeof onboardingOf>
beforeAll(async () => {
  core = await startTestCore()
  onboarding = onboardingOf(core)
})
afterAll(() => core.stop())
beforeEach(async () => {
  for (const language of ['en', 'pl']) await onboarding.set({}, { language, reset: KINDS })
  await change({
    enrollment_send_welcome_email: true,
    enrollment_use_welcome_message_as_email: true,
    smtp_server: '127.0.0.1',
  })
})

async function change(settings: Partial<Settings>): Promise<void> {
  await core.clients.settings.updateSettings({
    settings: { ...Settings.decode(new Uint8Array()), ...settings },
    update_mask: Object.keys(settings),
  })
}

async function warningsOf(...args: Parameters<typeof onboarding.preview>) {
  const { warnings } = await onboarding.preview(...args)
  return warnings.map(({ kind, message }) => `${kind}: ${message}`)
}

const WORDS =
  '# Hi {{first_name}} {{last_name}} ({{username}})\n\n{{#if admin_phone}}\nCall {{admin_phone}}, ' +
  '{{admin_first_name}} {{admin_last_name}} <{{defguard_url}}>\n{{/if}}\n\n- {{admin_email}} {{instance_name}}'

it.each(['the same text', 'a text of its own', 'the built-in texts'])(
  'equals what is shown and mailed to the byte, with %s',
  async (how) => {
    await change({ enrollment_use_welcome_message_as_email: how === 'the same text' })
    const texts = { page: WORDS, mail: `Mail\n\n${WORDS}`, subject: 'Hi, {{first_name}}_ *you*' }
    if (how !== 'the built-in texts') await onboarding.set(texts, { language: 'pl' })
    const username = how.replaceAll(' ', '-')
    await core.createUser(`${username}-boss`, { groups: ['admin'], password: PASSWORD })
    const boss = await core.loggedIn(`${username}-boss`, PASSWORD)
    const { user } = await core.clients.users.createUser({
      request_id: '',
      username,
      email: `${username}@example.com`,
      first_name: 'Zo_ë [x](http://y) <b>',
      last_name: "1. O'Neil & *Söhne*",
      phone: undefined,
      language: 'pl',
      groups: [],
      password: undefined,
      invitation: undefined,
    })
    const { token } = await core.invite(username, {}, boss)
    const started = await core.start(token)
    const preview = await onboarding.preview({}, { username, admin_username: `${username}-boss` })
    expect(preview.language).toBe('pl')
    expect(preview.page_markdown).toBe(started.enrollment?.final_page_content)
    await core.activate(started.session_secret, PASSWORD)
    const mail = await core.mail(user?.email ?? '')
    expect({ subject: mail.subject, text: mail.text, html: mail.html }).toEqual({
      subject: preview.mail_subject,
      text: preview.mail_text,
      html: preview.mail_html,
    })
    expect(preview.warnings.filter(({ kind }) => kind !== 'mail')).toEqual([])
    // Whoever asks stands in for an admin who is not named.
    expect(await onboarding.preview({}, { username }, boss)).toEqual(preview)
  },
)

it('shows the page as Markdown, as HTML and as plain text', async () => {
  expect(await onboarding.preview({ page: '**{{first_name}}** *{{last_name}}*' })).toMatchObject({
    page_markdown: '**Jo** *Doe*',
    page_html: '<p><strong>Jo</strong> <em>Doe</em></p>\n',
    page_text: 'Jo Doe',
  })
})

it('stores nothing of what it shows', async () => {
  const before = await onboarding.history()
  await onboarding.preview({ page: 'a', mail: 'b', subject: 'c' })
  expect(await onboarding.history()).toEqual(before)
})

it('knows nobody who is not there', async () => {
  for (const more of [{ username: 'ghost' }, { admin_username: 'ghost' }])
    expect(await refusal(onboarding.preview({}, more))).toMatchObject({
      code: status.NOT_FOUND,
      message: 'no user named "ghost"',
    })
})

it('has nothing to warn of as long as nothing was changed', async () => {
  for (const language of ['en', 'pl', 'de']) expect(await warningsOf({}, { language })).toEqual([])
})

it.each([
  ['a <b>c</b>', 'page: HTML is shown as text: <b>'],
  [
    '![Map](https://a.example/m.png)',
    'page: a picture is shown as its description: https://a.example/m.png',
  ],
  ['[a](javascript:x)', 'page: no link, for it is neither http, https nor mailto: javascript:x'],
  [
    '`{{username}}`',
    'page: username stands in code, where some characters of a value show with a backslash',
  ],
  ['a\n{{admin_phone}}', 'page: admin_phone is empty here and in no {{#if admin_phone}} (line 2)'],
])('warns of %j', async (page, warning) => {
  expect(await warningsOf({ page })).toEqual([warning])
})

it('does not warn of an empty tag that a condition keeps away, or that has a text for this admin', async () => {
  const page = '{{#if admin_phone}}{{admin_phone}}{{/if}}'
  expect(await warningsOf({ page: `x ${page}` })).toEqual([])
  await core.createUser('phoney')
  expect(await warningsOf({ page: '{{admin_phone}}' }, { admin_username: 'phoney' })).toEqual([])
})

it('warns of a subject that comes out empty or too long', async () => {
  expect(await warningsOf({ subject: '{{admin_phone}}' })).toEqual([
    'subject: comes out empty: the built-in one stands in',
    'subject: admin_phone is empty here and in no {{#if admin_phone}} (line 1)',
  ])
  const subject = '{{instance_name}} '.repeat(11)
  await change({ instance_name: 'A company with a name of some length' })
  expect(await warningsOf({ subject })).toEqual(['subject: cut to 200 characters'])
  await change({ instance_name: 'Defguard' })
})

it('warns where a text of another language or the built-in one stands in', async () => {
  const { revision } = await onboarding.set({ page: 'English' })
  const broken = await storeAnyway(core, 'subject', '{{gone}}', 'pl')
  expect(await warningsOf({}, { language: 'pl' })).toEqual([
    `page: nothing is stored for pl: revision ${revision} for en is used`,
    `subject: revision ${broken} cannot be used, the built-in text stands in: unknown tag: gone (line 1)`,
  ])
  expect(await warningsOf({ page: 'Po polsku', subject: 'Cześć' }, { language: 'pl' })).toEqual([])
})

it('warns of mail that is not sent, or is not what was written', async () => {
  expect(await warningsOf({ mail: 'Mine' })).toEqual([
    'mail: not used: the page is mailed, since enrollment_use_welcome_message_as_email is on',
  ])
  expect(await warningsOf({ page: '' })).toEqual([
    'page: empty: the last page shows no text',
    'mail: empty: no welcome mail is sent',
  ])
  await change({ smtp_server: undefined })
  expect(await warningsOf()).toEqual(['mail: waits: the mail server is not configured'])
  await change({ enrollment_send_welcome_email: false })
  expect(await warningsOf()).toEqual(['mail: not sent: enrollment_send_welcome_email is off'])
  const { mail_is_sent, mail_text } = await onboarding.preview()
  expect(mail_is_sent).toBe(false)
  expect(mail_text).toContain('Welcome to Defguard, Jo!')
})
