import type { Invitation, InvitationOptions } from '@defguard/proto/admin/v1/enrollments'
import type { Command } from 'commander'
import { parseSeconds } from './parse-options.js'
import { qrCode } from './qr-code.js'
import { facts, sections, type Text, verbatim } from './table.js'
import { toLocalTime, toRfc3339 } from './timestamps.js'

/** How a token reaches its person, as the command line says it. */
export interface DeliveryOptions {
  readonly sendEmail?: boolean
  readonly email?: string
  readonly expiresIn?: number
}

export function addDeliveryOptions(command: Command): Command {
  return command
    .option('--send-email', 'mail it to their address')
    .option('--email <address>', 'mail it to this address instead')
    .option('--expires-in <duration>', 'how long it may wait, such as 30m or 24h', parseSeconds)
}

export function toInvitationOptions(options: DeliveryOptions): InvitationOptions {
  return {
    send_email: options.sendEmail === true || options.email !== undefined,
    email: options.email,
    expires_in_seconds: options.expiresIn ?? 0,
  }
}

/** What core does not show to an API token is null. */
export function toInvitationJson(invitation: Invitation) {
  return {
    token: invitation.token || null,
    url: invitation.url || null,
    deep_link: invitation.deep_link || null,
    qr: invitation.qr || null,
    expires_at: toRfc3339(invitation.expires_timestamp),
    mail: invitation.mailed_to ?? null,
  }
}

/** Everything with which a token can be handed over: to click, to type, to scan and to paste. */
export function invitationText(invitation: Invitation): Text {
  const expires = toLocalTime(invitation.expires_timestamp)
  if (invitation.token === '') return facts({ Expires: expires, 'Mailed to': invitation.mailed_to })
  if (kindOf(invitation) === 'network device') return networkDeviceText(invitation)
  return sections(
    facts({
      Link: invitation.url,
      Token: invitation.token,
      'Deep link': invitation.deep_link,
      Expires: expires,
      'Mailed to': invitation.mailed_to ?? 'nobody: hand it over yourself',
    }),
    qrCode(invitation.qr),
    verbatim(`Text to paste:\n\n${indent(letter(invitation))}`),
  )
}

/** Such a device has no screen for a link and no camera: its client takes a command. */
function networkDeviceText(invitation: Invitation): Text {
  return sections(
    facts({ Token: invitation.token, Expires: toLocalTime(invitation.expires_timestamp) }),
    verbatim(`Run on the device:\n\n${indent(enrollCommand(invitation))}`),
  )
}

function enrollCommand(invitation: Invitation): string {
  return `dg enroll -u ${instanceUrl(invitation)} -t ${invitation.token}`
}

function letter(invitation: Invitation): string {
  const expires = toLocalTime(invitation.expires_timestamp)
  const inTheApp = [`URL:   ${instanceUrl(invitation)}`, `Token: ${invitation.token}`]
  if (kindOf(invitation) === 'desktop activation') {
    return [
      'With this token you add a device to your company account in the Defguard app.',
      'On a computer with the app, open this link:',
      invitation.deep_link,
      `It works until ${expires}. Or choose "Add instance" in the app and enter`,
      ...inTheApp,
    ].join('\n')
  }
  return [
    'Your company account is ready. Open this link to enroll:',
    invitation.url,
    `It works once, until ${expires}.`,
    'Begin when you have a few quiet minutes: from your first click on the page, time is short.',
    'If you use the Defguard app instead, choose "Add instance" and enter',
    ...inTheApp,
  ].join('\n')
}

/** A token's prefix says what it is for. */
function kindOf({ token }: Invitation): 'enrollment' | 'desktop activation' | 'network device' {
  if (token.startsWith('dgd_')) return 'desktop activation'
  return token.startsWith('dgn_') ? 'network device' : 'enrollment'
}

function instanceUrl({ url }: Invitation): string {
  return url.split('#')[0] ?? url
}

function indent(text: string): string {
  return text.replace(/^/gm, '    ')
}
