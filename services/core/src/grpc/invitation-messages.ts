import type {
  Invitation as InvitationMessage,
  InvitationOptions as OptionsMessage,
} from '@defguard/proto/admin/v1/enrollments'
import type { Invitation, InvitationOptions } from '../app/invitations.js'
import { toUnixSeconds } from './timestamps.js'

export function toInvitationOptions(options: OptionsMessage | undefined): InvitationOptions {
  return {
    sendEmail: options?.send_email ?? false,
    email: options?.email,
    expiresInMs: toLife(options?.expires_in_seconds ?? 0),
  }
}

/** 0 seconds mean the configured default. */
export function toLife(seconds: number): number | undefined {
  return seconds === 0 ? undefined : seconds * 1000
}

export function toInvitation(invitation: Invitation): InvitationMessage {
  return {
    id: invitation.id,
    token: invitation.token,
    url: invitation.url,
    deep_link: invitation.deepLink,
    qr: invitation.qr,
    expires_timestamp: toUnixSeconds(invitation.expiresAt),
    mailed_to: invitation.mailedTo,
  }
}
