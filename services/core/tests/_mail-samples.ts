import { LANGUAGES, type Language } from '../src/domain/language.js'
import { MAIL_KINDS } from '../src/mail/contents.js'
import type { MailKind, MailVariables, OutgoingMail } from '../src/mail/messages.js'

const NOW = '2026-01-02T15:04:05.000Z'
const ADAM = { name: 'Adam Min', email: 'adam@example.com', phone: '+48 600 100 200' }
const JO = { name: 'Jo Doe', username: 'jdoe', email: 'jo@example.com', phone: '+48 600 100 300' }
const INSTANCE = 'Example Corp'

const GATEWAYS = [
  {
    name: 'gw-1',
    location: 'Office',
    hostname: 'gw.example.com',
    goneAt: NOW,
    tokenExpiredAt: NOW,
  },
  {
    name: 'gw-2',
    location: 'Warehouse',
    hostname: 'gw-2.example.com',
    goneAt: NOW,
    tokenExpiredAt: undefined,
  },
]

const INVITATION = {
  instanceName: INSTANCE,
  firstName: 'Jo',
  invitedBy: ADAM,
  url: 'https://enroll.example.com/#token=dge_0123456789abcdefghijABCDEFGHIJ01a2b3c4',
  deepLink:
    'defguard://addinstance?token=dge_0123456789abcdefghijABCDEFGHIJ01a2b3c4&url=https%3A%2F%2Fenroll.example.com%2F',
  instanceUrl: 'https://enroll.example.com/',
  token: 'dge_0123456789abcdefghijABCDEFGHIJ01a2b3c4',
  validUntil: NOW,
  sessionMs: 600_000,
}

/** What each kind of mail might be made of, with nothing left out. */
export const SAMPLES: MailVariables = {
  enrollment_invitation: INVITATION,
  enrollment_reminder: INVITATION,
  desktop_activation: {
    ...INVITATION,
    qr: Buffer.from(
      JSON.stringify({ url: INVITATION.instanceUrl, token: INVITATION.token }),
    ).toString('base64'),
  },
  welcome: {
    subject: 'Welcome to Example Corp',
    markdown: [
      '# Welcome, Jo',
      'Your account at **Example Corp** is ready. Your login is `jdoe`.',
      '## What comes next',
      '- Read [the first day](https://intranet.example.com/first-day) with your team\n- Order a key card',
      '1. Open the app\n2. Choose a location',
      '> Questions are welcome.',
      '    dg connect office',
      '---',
      'Adam Min',
    ].join('\n\n'),
  },
  enrollment_completed: { name: JO.name, username: JO.username, completedAt: NOW, deviceCount: 2 },
  new_device: {
    instanceName: INSTANCE,
    deviceName: 'Jo’s laptop',
    publicKey: 'VIvehxhDt2KjN5O2MU6TnoXZFEsHIwCppUURj1ynWsE=',
    locations: [
      { name: 'Head office', addresses: ['10.1.0.2', 'fd00::2'] },
      { name: 'Warsaw', addresses: ['10.2.0.2'] },
    ],
    addedAt: NOW,
    clientAddress: '203.0.113.9',
    clientDevice: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
    tell: ADAM,
  },
  mfa_code: { instanceName: INSTANCE, code: '012345', validMs: 300_000, tell: ADAM },
  mfa_enabled: {
    instanceName: INSTANCE,
    methods: ['totp', 'email'],
    enabledAt: NOW,
    tell: ADAM,
  },
  password_reset: {
    instanceName: INSTANCE,
    firstName: 'Jo',
    url: 'https://enroll.example.com/password-reset#token=dgr_0123456789abcdefghijABCDEFGHIJ01a2b3c4',
    validUntil: NOW,
    sessionMs: 600_000,
  },
  password_changed: {
    instanceName: INSTANCE,
    username: JO.username,
    changedAt: NOW,
    tell: ADAM,
  },
  mistake_reported: {
    ...JO,
    note: 'My last name is Dough goneAt the wedding.\n\nAnd the number is an old one.',
    reportedAt: NOW,
  },
  new_link_requested: { ...JO, tokenId: 42, requestedAt: NOW },
  gateway_disconnected: { gateways: GATEWAYS, more: 3 },
  gateway_reconnected: {
    gateways: [
      { name: 'gw-1', location: 'Office', hostname: 'gw-2.example.com', goneAt: NOW, backAt: NOW },
    ],
    more: 0,
  },
  test: { instanceName: INSTANCE, server: 'mail.example.com:587', sentAt: NOW },
}

/** A sample of a kind, or one with other variables. */
export function sampleMail(
  kind: MailKind,
  language: Language = 'en',
  variables: object = SAMPLES[kind],
): OutgoingMail {
  return { kind, recipient: 'jo@example.com', language, variables } as OutgoingMail
}

/** Every kind in every language. */
export const SAMPLE_MAILS: readonly OutgoingMail[] = MAIL_KINDS.flatMap((kind) =>
  LANGUAGES.map((language) => sampleMail(kind, language)),
)
