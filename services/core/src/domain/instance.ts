/** The installation as clients know it; nothing here varies by call. */
export interface Instance {
  readonly id: string
  readonly name: string
  /** Core's own URL, one slash at the end. */
  readonly url: string
  /** The proxy's public URL, one slash at the end. */
  readonly proxyUrl: string
}

/** The page that a mailed link opens. The token is a fragment: it never reaches a server's log. */
export function enrollmentUrl(proxyUrl: string, token: string): string {
  return `${proxyUrl}#token=${token}`
}

/** The page that a mailed reset link opens. */
export function passwordResetUrl(proxyUrl: string, token: string): string {
  return `${proxyUrl}password-reset#token=${token}`
}

/** Opens the desktop client (1.5 and later) with the enrollment filled in. */
export function deepLink(proxyUrl: string, token: string): string {
  return `defguard://addinstance?token=${encodeURIComponent(token)}&url=${encodeURIComponent(proxyUrl)}`
}

/** What the mobile app reads from a QR code. */
export function mobileQr(proxyUrl: string, token: string): string {
  return Buffer.from(JSON.stringify({ url: proxyUrl, token })).toString('base64')
}
