import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { refusalOf } from './_clients.js'
import { startTestCore, type TestCore } from './_core.js'

let core: TestCore
beforeAll(async () => {
  core = await startTestCore()
})
afterAll(() => core.stop())

it('refuses a template with every finding and its line, and changes nothing', async () => {
  const set = (page: string) =>
    core.clients.onboarding.setOnboarding({
      language: 'en',
      texts: { page, mail: undefined, subject: undefined },
      reset: [],
    })
  await set('# Hello {{first_name}}{{#if admin_phone}} {{admin_phone}}{{/if}}')
  const before = await core.clients.onboarding.getOnboarding({ language: 'en' })
  for (const bad of [
    'x\n{{ foo }}',
    '{{{first_name}}}',
    '{{#each x}}{{/each}}',
    '{{> p}}',
    '{{#if}',
  ]) {
    expect(refusalOf(await set(bad).catch((err) => err))).toMatchObject({
      code: 3,
      reason: 'invalid_template',
    })
  }
  const refusal = refusalOf(await set('x\n{{ foo }}').catch((err) => err))
  expect(refusal.message).toContain('unknown tag: foo')
  expect(refusal.message).toContain('line 2')
  expect(await core.clients.onboarding.getOnboarding({ language: 'en' })).toEqual(before)
})

it('previews exactly what is mailed', async () => {
  const { session_secret } = await core.start(
    await core.createUser('previewed').then(async () => (await core.invite('previewed')).token),
  )
  const preview = await core.clients.onboarding.previewOnboarding({
    language: 'en',
    texts: undefined,
    username: 'previewed',
  })
  await core.activate(session_secret, 'correct horse battery')
  const mail = await core.mail('previewed@example.com')
  expect({ subject: mail.subject, text: mail.text, html: mail.html }).toEqual({
    subject: preview.mail_subject,
    text: preview.mail_text,
    html: preview.mail_html,
  })
})
