import type { AdminDevice } from '@defguard/proto/admin/v1/devices'
import {
  type Invitation,
  type Token,
  TokenKind,
  TokenState,
} from '@defguard/proto/admin/v1/enrollments'
import type { Location } from '@defguard/proto/admin/v1/locations'
import { type Mail, MailState } from '@defguard/proto/admin/v1/mail'
import type {
  GetOnboardingResponse,
  OnboardingTextInForce,
  PreviewOnboardingResponse,
} from '@defguard/proto/admin/v1/onboarding'
import { type User, UserState } from '@defguard/proto/admin/v1/users'

/** 2026-01-01T00:00:00Z */
export const NEW_YEAR = 1_767_225_600

export const ANNA: User = {
  id: 7,
  username: 'anna',
  email: 'anna@example.com',
  first_name: 'Anna',
  last_name: 'Łęcka 日本',
  phone: undefined,
  language: undefined,
  state: UserState.PENDING,
  is_active: true,
  enrolled: false,
  groups: ['staff', 'vpn'],
  created_timestamp: NEW_YEAR,
  activated_timestamp: undefined,
  invitation: undefined,
}

export const INVITATION: Invitation = {
  id: 31,
  token: 'dge_abc',
  url: 'https://enroll.example.com/#token=dge_abc',
  deep_link: 'defguard://addinstance?token=dge_abc&url=https%3A%2F%2Fenroll.example.com%2F',
  qr: 'eyJ1cmwiOiJodHRwczovL2Vucm9sbC5leGFtcGxlLmNvbS8iLCJ0b2tlbiI6ImRnZV9hYmMifQ==',
  expires_timestamp: NEW_YEAR + 86_400,
  mailed_to: undefined,
}

export function token(id: number, changes: Partial<Token> = {}): Token {
  return {
    id,
    kind: TokenKind.ENROLLMENT,
    user: `user${id}`,
    state: TokenState.OPEN,
    issued_by: 'admin',
    issued_timestamp: NEW_YEAR,
    expires_timestamp: NEW_YEAR + 86_400,
    deadline_timestamp: undefined,
    mail: undefined,
    ...changes,
  }
}

export const OFFICE: Location = {
  id: 2,
  name: 'Office',
  addresses: ['10.1.1.1/24'],
  endpoint: 'vpn.example.com',
  port: 51820,
  pubkey: 'VIvehxhDt2KjN5O2MU6TnoXZFEsHIwCppUURj1ynWsE=',
  dns: [],
  allowed_ips: ['10.1.1.0/24'],
  allow_all_groups: true,
  allowed_groups: [],
  keepalive_interval: 25,
  peer_disconnect_threshold: 300,
  settings_revision: 1,
}

export const LAPTOP: AdminDevice = {
  id: 3,
  name: 'Anna’s laptop',
  pubkey: 'xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=',
  user: 'anna',
  configured: true,
  network_device: false,
  created_timestamp: NEW_YEAR,
  locations: [{ location: 'Office', addresses: ['10.1.1.2', 'fd00::2'], connection: undefined }],
}

/** An instance that has only written a page, in English. */
export const ONBOARDING: GetOnboardingResponse = {
  language: 'en',
  texts: { page: 'Hello {{first_name}}', mail: undefined, subject: undefined },
  revision: 12,
  in_force: [
    inForce('page', {
      text: 'Hello {{first_name}}',
      built_in: false,
      revision: 12,
      author: 'admin',
      created_timestamp: NEW_YEAR,
    }),
    inForce('mail', { text: '# Welcome' }),
    inForce('subject', { text: 'Welcome to {{instance_name}}' }),
  ],
  send_welcome_email: true,
  use_page_as_mail: true,
}

function inForce(kind: string, more: Partial<OnboardingTextInForce>): OnboardingTextInForce {
  return {
    kind,
    text: '',
    built_in: true,
    language: 'en',
    revision: undefined,
    author: undefined,
    created_timestamp: undefined,
    findings: [],
    ...more,
  }
}

export const PREVIEW: PreviewOnboardingResponse = {
  page_markdown: '# Hello',
  page_html: '<h1>Hello</h1>',
  mail_subject: 'Welcome',
  mail_html: '<p>Hi</p>',
  mail_text: 'Hi',
  page_text: 'Hello',
  language: 'en',
  mail_is_sent: true,
  warnings: [],
}

export function mail(id: number, changes: Partial<Mail> = {}): Mail {
  return {
    id,
    kind: 'enrollment_invitation',
    recipient: 'anna@example.com',
    language: 'en',
    state: MailState.SENT,
    attempts: 1,
    created_timestamp: NEW_YEAR,
    next_attempt_timestamp: undefined,
    sent_timestamp: NEW_YEAR + 1,
    last_error: undefined,
    token_id: 31,
    user: 'anna',
    message_id: '9b2d8a34-6c7f-4f6e-9f55-0d3c1a2b4c5d',
    has_contents: false,
    ...changes,
  }
}
