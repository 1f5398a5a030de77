import { afterAll, beforeAll, expect, it, jest } from '@jest/globals'
import { HOUR_MS, startTestCore, type TestCore } from './_core.js'
import { query, whileHolding } from './_database.js'
import { auditOf, onboardingOf, PASSWORD, storeAnyway } from './_onboarding.js'

let core: TestCore
beforeAll(async () => {
  core = await startTestCore()
})
afterAll(() => core.stop())

const failures = () => auditOf(core, 'onboarding.render_failed')

async function begin(username: string) {
  await core.createUser(username)
  return core.start((await core.invite(username)).token)
}

it('enrolls people although stored texts are broken, and tells admins which, once an hour', async () => {
  const page = await storeAnyway(core, 'page', 'x\n{{ gone }}')
  const subject = await storeAnyway(core, 'subject', '{{{username}}}')
  const warn = jest.spyOn(core.core.log, 'warn')
  const started = await begin('broken')
  expect(started.enrollment?.final_page_content).toContain('# Welcome to Defguard, Jo')
  await core.activate(started.session_secret, PASSWORD)
  const mail = await core.mail('broken@example.com')
  expect(mail.subject).toBe('Welcome to Defguard')
  expect(mail.text).toContain('Welcome to Defguard, Jo')
  const ofPage = {
    kind: 'page',
    language: 'en',
    revision: page,
    findings: ['unknown tag: gone (line 2)'],
  }
  const ofSubject = {
    kind: 'subject',
    language: 'en',
    revision: subject,
    findings: ['unescaped output not allowed: {{{username}}} (line 1)'],
  }
  const recorded = [ofPage, ofSubject].map((details) => ({ actor_name: null, details }))
  expect(await failures()).toEqual(recorded)
  const message = 'an onboarding text cannot be used, the built-in one stands in'
  expect(warn.mock.calls).toEqual([
    [ofPage, message],
    [ofSubject, message],
  ])
  core.advance(HOUR_MS - 1)
  await begin('soon')
  expect(await failures()).toEqual(recorded)
  core.advance(1)
  await begin('later')
  expect(await failures()).toHaveLength(3)
})

it('records a broken text once, however many people meet it at the same moment', async () => {
  const revision = await storeAnyway(core, 'page', '{{ gone again }}')
  const tokens: string[] = []
  for (let n = 0; n < 8; n++) {
    await core.createUser(`crowd${n}`)
    tokens.push((await core.invite(`crowd${n}`)).token)
  }
  await whileHolding(
    core.databaseUrl,
    `select from onboarding_text where id = ${revision} for update`,
    8,
    () => Promise.all(tokens.map((token) => core.start(token))),
  )
  const ofThis = (await failures()).filter(({ details }) => details.revision === revision)
  expect(ofThis).toHaveLength(1)
})

it('shows a hostile name as text in the welcome mail and in its subject, which stays one header', async () => {
  await onboardingOf(core).set({ page: 'Hello **{{first_name}}**' })
  await storeAnyway(core, 'subject', 'Hi\r\nBcc: {{first_name}}')
  const hostile = '<img src=x onerror=alert(1)> [x](http://y) {{username}}'
  const { session_secret } = await begin('hostile')
  await query(core.databaseUrl, `update "user" set first_name = $1 where username = 'hostile'`, [
    hostile,
  ])
  await core.activate(session_secret, PASSWORD)
  const mail = await core.mail('hostile@example.com')
  expect(mail.subject).toBe(`Hi Bcc: ${hostile}`)
  expect(mail.text).toContain(`Hello ${hostile}`)
  expect(mail.html).toContain(
    '&lt;img src=x onerror=alert(1)&gt; [x](http://y) {{username}}</strong>',
  )
  expect(mail.html).not.toContain('<img')
})
