import { Settings } from '@defguard/proto/admin/v1/settings'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { startTestCore, type TestCore, waitFor } from './_core.js'
import { query } from './_database.js'
import { onboardingOf, PASSWORD } from './_onboarding.js'

let core: TestCore
beforeAll(async () => {
  core = await startTestCore()
})
afterAll(() => core.stop())

const PAGES = { own: 'My page', none: '', builtIn: undefined }
const MAILS = { own: 'My mail', none: '', builtIn: undefined }
type Choice = 'own' | 'none' | 'builtIn'
const CHOICES: readonly Choice[] = ['own', 'none', 'builtIn']
const SWITCHES = [true, false]

const CASES = SWITCHES.flatMap((isSent) =>
  SWITCHES.flatMap((isShared) =>
    CHOICES.flatMap((page) => CHOICES.map((mail) => ({ isSent, isShared, page, mail }))),
  ),
)

/** What a text that is in force begins with; empty for none. */
function expected(texts: typeof PAGES, choice: Choice): string {
  return choice === 'builtIn' ? 'Welcome to Defguard, Jo!' : (texts[choice] ?? '')
}

async function arrange({ isSent, isShared, page, mail }: (typeof CASES)[number]) {
  const settings = Settings.decode(new Uint8Array())
  settings.enrollment_send_welcome_email = isSent
  settings.enrollment_use_welcome_message_as_email = isShared
  const update_mask = ['enrollment_send_welcome_email', 'enrollment_use_welcome_message_as_email']
  await core.clients.settings.updateSettings({ settings, update_mask })
  const builtIn = [...(page === 'builtIn' ? ['page'] : []), ...(mail === 'builtIn' ? ['mail'] : [])]
  const texts = { page: PAGES[page], mail: MAILS[mail], subject: 'To {{first_name}}' }
  await onboardingOf(core).set(texts, { reset: builtIn })
}

/** The welcome mail of somebody who has enrolled, if there is one. */
async function welcomeOf(email: string) {
  const rows = await query(
    core.databaseUrl,
    `select from mail where kind = 'welcome' and recipient = $1`,
    [email],
  )
  if (rows.length === 0) return undefined
  return waitFor(() => core.transport.sent.find(({ to }) => to === email))
}

it.each(CASES)('shows and mails what is to be shown and mailed: %j', async (choice) => {
  await arrange(choice)
  const username = Object.values(choice).join('-')
  await core.createUser(username)
  const started = await core.start((await core.invite(username)).token)
  const page = started.enrollment?.final_page_content ?? ''
  expect(page.replace(/^# /, '').split('\n')[0]).toBe(expected(PAGES, choice.page))
  await core.activate(started.session_secret, PASSWORD)
  const body = choice.isShared ? expected(PAGES, choice.page) : expected(MAILS, choice.mail)
  const mail = await welcomeOf(`${username}@example.com`)
  const preview = await onboardingOf(core).preview({}, { username })
  expect(preview.mail_is_sent).toBe(mail !== undefined)
  if (choice.isSent && body !== '') {
    expect(mail?.subject).toBe('To Jo')
    expect(mail?.text.split('\n')[0]).toBe(body)
  } else {
    expect(mail).toBeUndefined()
  }
})
