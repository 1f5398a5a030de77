const LENGTH_MAX = 254

/** Only what cannot be an address at all: what exists, core decides, and tells nobody. */
export function isEmail(text: string): boolean {
  const email = text.trim()
  return email.length <= LENGTH_MAX && /^[^\s@]+@[^\s@]+$/.test(email)
}
