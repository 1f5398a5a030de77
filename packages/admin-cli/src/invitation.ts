import type { Invitation } from '@defguard/proto/admin/v1/enrollments'
import { qrCode } from './qr-code.js'
import { facts, sections, type Text, verbatim } from './table.js'
import { toLocalTime, toRfc3339 } from './timestamps.js'

export function toInvitationJson(invitation: Invitation) {
  return {
    token: invitation.token,
    url: invitation.url,
    deep_link: invitation.deep_link,
    qr: invitation.qr,
    expires_at: toRfc3339(invitation.expires_timestamp),
    mail: invitation.mailed_to ?? null,
  }
}

/** Everything with which a token can be handed over: to click, to type, to scan and to paste. */
export function invitationText(invitation: Invitation): Text {
  return sections(
    facts({
      Link: invitation.url,
      Token: invitation.token,
      'Deep link': invitation.deep_link,
      Expires: toLocalTime(invitation.expires_timestamp),
      'Mailed to': invitation.mailed_to ?? 'nobody: hand it over yourself',
    }),
    qrCode(invitation.qr),
    verbatim(`Text to paste:\n\n${indent(letter(invitation))}`),
  )
}

function letter({ url, token, expires_timestamp }: Invitation): string {
  const [instanceUrl] = url.split('#')
  return [
    'Your company account is ready. Open this link to enroll:',
    url,
    `It works once, until ${toLocalTime(expires_timestamp)}.`,
    'Begin when you have a few quiet minutes: from your first click on the page, time is short.',
    'If you use the Defguard app instead, choose "Add instance" and enter',
    `URL:   ${instanceUrl}`,
    `Token: ${token}`,
  ].join('\n')
}

function indent(text: string): string {
  return text.replace(/^/gm, '    ')
}
