import { Secret, TOTP } from 'otpauth'

/** What every authenticator app understands (RFC 6238): SHA-1, six digits, steps of 30 seconds. */
const STEP_S = 30
const DIGITS = 6
/** 160 bits, as RFC 4226 §4 recommends. */
const SECRET_BYTES = 20
/** How many steps a clock may be ahead or behind. */
const DRIFT_STEPS = 1

/** Random, in unpadded base32. */
export function newTotpSecret(): string {
  return new Secret({ size: SECRET_BYTES }).base32
}

/** What an authenticator app reads (Google Authenticator's key URI format). */
export function keyUri(secret: string, issuer: string, login: string): string {
  // A colon separates the two in the label.
  const name = issuer.replaceAll(':', ' ')
  return new TOTP({
    issuer: name,
    label: login,
    secret: Secret.fromBase32(secret),
    algorithm: 'SHA1',
    digits: DIGITS,
    period: STEP_S,
  }).toString()
}

/** The step that a code belongs to, found in constant time; undefined when it is of none near `now`. */
export function stepOfCode(secret: string, code: string, now: Date): number | undefined {
  const totp = new TOTP({
    secret: Secret.fromBase32(secret),
    algorithm: 'SHA1',
    digits: DIGITS,
    period: STEP_S,
  })
  const timestamp = now.getTime()
  const delta = totp.validate({ token: code, timestamp, window: DRIFT_STEPS })
  return delta === null ? undefined : TOTP.counter({ period: STEP_S, timestamp }) + delta
}
