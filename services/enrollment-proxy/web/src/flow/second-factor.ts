import type { Drafts, Session, SubStep } from './flow.js'

/**
 * Whether the account has to wait for a second factor. One that was set up waits for its recovery
 * codes to be saved, since they are shown only once.
 */
export function needsSecondFactor(session: Session, drafts: Drafts): boolean {
  if (session.mfa_finished) return !drafts.hasSavedCodes
  return session.settings.mfa_required || drafts.wantsSecondFactor === true
}

/** Without mail there is only one method, and nothing to choose. */
export function firstSubStep(session: Session, drafts: Drafts): SubStep {
  const isOpen = drafts.factorMethod === undefined && !session.mfa_finished
  return isOpen && session.settings.smtp_configured ? 'choose_factor' : 'second_factor'
}

/** What an authenticator app reads (Google Authenticator's key URI format). */
export function keyUri(secret: string, issuer: string, login: string): string {
  // A colon separates the two in the label.
  const name = issuer.replaceAll(':', ' ')
  const label = `${encodeURIComponent(name)}:${encodeURIComponent(login)}`
  const parameters = `secret=${secret}&issuer=${encodeURIComponent(name)}`
  return `otpauth://totp/${label}?${parameters}&algorithm=SHA1&digits=6&period=30`
}

/** The six digits of a code, however it was copied; undefined for anything else. */
export function codeInText(text: string): string | undefined {
  const code = text.replace(/[\s-]/g, '')
  return /^\d{6}$/.test(code) ? code : undefined
}
