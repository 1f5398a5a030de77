import { expect, it } from '@jest/globals'
import { LANGUAGES } from '../domain/language.js'
import {
  desktopActivationMail,
  enrollmentCompletedMail,
  invitationMail,
  mfaCodeMail,
  mfaEnabledMail,
  mistakeReportedMail,
  newDeviceMail,
  newLinkRequestedMail,
  passwordChangedMail,
  passwordResetMail,
  welcomeMail,
} from './messages.js'
import { renderMail } from './render.js'

const MARKUP = '<img src=x onerror=alert(1)>'
const INVITED_BY = { name: 'Adam Min', email: 'adam@example.com', phone: '+48 600100200' }
const NOW = '2026-01-02T15:04:05.000Z'

const MAILS = LANGUAGES.flatMap((language) => [
  invitationMail('jo@example.com', language, {
    instanceName: 'Example Corp',
    firstName: MARKUP,
    invitedBy: INVITED_BY,
    url: 'https://enroll.example.com/#token=dge_x',
    deepLink: 'defguard://addinstance?token=dge_x&url=https%3A%2F%2Fenroll.example.com%2F',
    instanceUrl: 'https://enroll.example.com/',
    token: 'dge_x',
    validUntil: NOW,
    sessionMs: 600_000,
  }),
  desktopActivationMail('jo@example.com', language, {
    instanceName: 'Example Corp',
    firstName: MARKUP,
    invitedBy: INVITED_BY,
    deepLink: 'defguard://addinstance?token=dgd_x&url=https%3A%2F%2Fenroll.example.com%2F',
    qr: Buffer.from('{"url":"https://enroll.example.com/","token":"dgd_x"}').toString('base64'),
    instanceUrl: 'https://enroll.example.com/',
    token: 'dgd_x',
    validUntil: NOW,
    sessionMs: 600_000,
  }),
  welcomeMail('jo@example.com', language, { subject: 'Hi', markdown: `**${MARKUP}**` }),
  enrollmentCompletedMail('adam@example.com', language, {
    name: MARKUP,
    username: 'jdoe',
    completedAt: NOW,
    deviceCount: 2,
  }),
  newDeviceMail('jo@example.com', language, {
    instanceName: 'Example Corp',
    deviceName: MARKUP,
    publicKey: 'k'.repeat(44),
    locations: [{ name: MARKUP, addresses: ['10.1.0.2'] }],
    addedAt: NOW,
    clientAddress: '203.0.113.9',
    clientDevice: MARKUP,
    tell: INVITED_BY,
  }),
  mfaCodeMail('jo@example.com', language, {
    instanceName: MARKUP,
    code: '012345',
    validMs: 300_000,
    tell: undefined,
  }),
  mfaEnabledMail('jo@example.com', language, {
    instanceName: 'Example Corp',
    methods: ['totp', 'email'],
    enabledAt: NOW,
    tell: { ...INVITED_BY, name: MARKUP },
  }),
  passwordResetMail('jo@example.com', language, {
    instanceName: MARKUP,
    firstName: MARKUP,
    url: 'https://enroll.example.com/password-reset#token=dgr_x',
    validUntil: NOW,
    sessionMs: 600_000,
  }),
  passwordChangedMail('jo@example.com', language, {
    instanceName: MARKUP,
    username: 'jdoe',
    changedAt: NOW,
    tell: undefined,
  }),
  mistakeReportedMail('adam@example.com', language, {
    name: MARKUP,
    username: 'jdoe',
    email: 'jo@example.com',
    phone: undefined,
    note: `${MARKUP}\n> not quoted\n\n**not bold** {{first_name}}`,
    reportedAt: NOW,
  }),
  newLinkRequestedMail('adam@example.com', language, {
    name: MARKUP,
    username: 'jdoe',
    email: 'jo@example.com',
    tokenId: 42,
    requestedAt: NOW,
  }),
])

it.each(MAILS)('renders $kind in $language, without markup or anything from elsewhere', (mail) => {
  const { subject, html, text } = renderMail(mail, { instanceName: 'Example Corp' })
  expect(subject).not.toMatch(/[\r\n]|undefined/)
  expect(text).not.toMatch(/undefined|\[object|Invalid Date/)
  expect(html).not.toMatch(/undefined|\[object|Invalid Date/)
  expect(html).toContain(`lang="${mail.language}"`)
  expect(html).not.toMatch(/<img(?! src="cid:)/)
  expect(html).not.toMatch(/<script|url\(|src=["']?http/i)
})

it('computes every span from the token and the configuration', () => {
  const [mail] = MAILS
  if (mail?.kind !== 'enrollment_invitation') throw new Error('the first mail is the invitation')
  const shorter = { ...mail, variables: { ...mail.variables, sessionMs: 7 * 60_000 } }
  const { text } = renderMail(shorter, { instanceName: 'Example Corp' })
  expect(text).toContain('7 min')
  expect(text).not.toContain('24')
  expect(text).toMatch(/UTC/)
})

it('quotes a note line by line, as it was written', () => {
  const mail = mistakeReportedMail('adam@example.com', 'en', {
    name: 'Jo Doe',
    username: 'jdoe',
    email: 'jo@example.com',
    phone: undefined,
    note: '<b>My name</b>\n\n> is *Joe*',
    reportedAt: NOW,
  })
  const { html, text } = renderMail(mail, { instanceName: 'Example Corp' })
  expect(text).toContain('\n\n> <b>My name</b>\n> \n> > is *Joe*\n\n')
  expect(html).toContain('&lt;b&gt;My name&lt;/b&gt;\n\n&gt; is *Joe*</blockquote>')
})

it('lets no name or subject add a header', () => {
  const mail = welcomeMail('jo@example.com', 'en', {
    subject: `Hello\r\nBcc: all@example.com ${'x'.repeat(300)}`,
    markdown: 'x',
  })
  const { subject } = renderMail(mail, { instanceName: 'A\r\nB' })
  expect(subject).not.toMatch(/[\r\n]/)
  expect([...subject].length).toBeLessThanOrEqual(200)
})
