/** API §7: at most 64 of digits, space and `+ - ( ) . /`, at least one digit; empty keeps the old one. */
export function isPhoneNumber(text: string): boolean {
  const phone = text.trim()
  return phone === '' || (/^[0-9 +\-().\x2f]{1,64}$/.test(phone) && /\d/.test(phone))
}
